// `magos policy test` as a user's CI runs it: files in a folder, an exit code, one JSON document.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";
import { testSystem } from "../fakes/test_system.ts";

/** Texts, and links to what they point to. */
type Tree = Readonly<Record<string, string | { readonly link: string }>>;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Writes the files to a folder of its own and runs `magos policy test ARGS` in it. Neither network nor programs are there. */
async function policyTest(files: Tree, ...args: readonly string[]): Promise<Ran> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-policy-test-" }));
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      if (typeof text === "string") await Deno.writeTextFile(`${folder}/${name}`, text);
      else await Deno.symlink(text.link, `${folder}/${name}`);
    }
    const before = await tree(folder);
    const machine = testSystem(folder, { HOME: folder }, offline);
    const code = await cli(["policy", "test", ...args], machine.system);
    assert.deepEqual(await tree(folder), before, "nothing is written");
    return { code, out: machine.out(), err: machine.err() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const offline: Partial<System> = {
  http: { send: () => Promise.reject(new Error("no network")) },
  process: { run: () => Promise.reject(new Error("no programs")) },
};

async function tree(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    names.push(entry.name, ...entry.isDirectory ? await tree(`${folder}/${entry.name}`) : []);
  }
  return names.sort();
}

const guilliman = `apiVersion: v1
kind: ImagePolicy
metadata:
  name: guilliman
spec:
  selector:
    semver:
      range: ">=1.2.0 <2.0.0"
      allowPrerelease: false
  constraints:
    arch: ["amd64"]
  rollout:
    minAge: "10m"
`;
const flux = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app, namespace: apps }
spec: { image: ghcr.io/you/app, interval: 1h }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: apps }
spec: { imageRepositoryRef: { name: app }, policy: { semver: { range: ">=1.0.0" } } }
`;
const passing = `policy: guilliman
now: 2026-01-20T12:00:00Z
cases:
  - tags:
      - 1.2.0
      - { tag: 1.3.0, firstSeen: 2026-01-19T12:00:00Z, platforms: [amd64] }
      - { tag: 1.4.0, firstSeen: 2026-01-20T11:59:00Z, platforms: [amd64] }
    current: 1.2.0
    expect: 1.3.0
`;

Deno.test("policy test runs the cases beside a policy and ends with 0 when all answers are right", async () => {
  const ran = await policyTest(
    { "policies/guilliman.yml": guilliman, "policies/guilliman.test.yaml": passing },
    "policies",
  );
  assert.deepEqual([ran.code, ran.err], [0, ""]);
  assert.match(ran.out, /ok +1\.3\.0 +1\.3\.0 +policies\/guilliman\.test\.yaml#1\n/);
  assert.match(ran.out, /\n1 passed, 0 failed\n$/);
});

Deno.test("policy test ends with 1 when an answer is wrong, and says what became of the tags", async () => {
  const wrong = passing.replace("expect: 1.3.0", "expect: 1.4.0");
  const ran = await policyTest({ "guilliman.yml": guilliman, "guilliman.test.yaml": wrong }, "guilliman.test.yaml");
  assert.equal(ran.code, 1);
  assert.match(ran.out, /failed +1\.4\.0 +1\.3\.0 +guilliman\.test\.yaml#1\n/);
  assert.match(ran.out, /1\.4\.0: held, minAge: seen for 1m, wanted 10m\n/);
  assert.match(ran.out, /0 passed, 1 failed\n$/);
});

Deno.test("policy test --json prints one document of the form that scripts rely on", async () => {
  const cases = JSON.stringify([
    {
      id: "up",
      tags: ["v1.0.0", "v1.1.0", "1.2"],
      filter: { pattern: "^v(?P<v>.*)$", extract: "$v" },
      policy: { semver: { range: ">=1.0.0" } },
      expect: "v1.1.0",
    },
    { id: "none", tags: ["0.9.0"], filter: null, policy: { semver: { range: ">=1.0.0" } }, expect: null },
    { id: "bad", tags: ["0.9.0"], filter: null, policy: { semver: { range: ">=one" } }, expect: "0.9.0" },
  ]);
  const ran = await policyTest({ "cases.json": cases }, "cases.json", "--json");
  assert.equal(ran.code, 1);
  assert.equal(ran.err, "");
  assert.ok(ran.out.endsWith("\n") && ran.out.indexOf("\n") === ran.out.length - 1);
  const report = JSON.parse(ran.out);
  assert.deepEqual(Object.keys(report), ["schema", "passed", "failed", "cases"]);
  assert.deepEqual([report.schema, report.passed, report.failed], ["magos.policy-test/v1", 2, 1]);
  const [up, none, bad] = report.cases;
  assert.deepEqual(up, {
    id: "up",
    expect: "v1.1.0",
    selected: "v1.1.0",
    error: null,
    tags: [
      { tag: "v1.1.0", key: "1.1.0", reason: "selected", verdict: "selected" },
      { tag: "v1.0.0", key: "1.0.0", reason: "lower", verdict: "candidate" },
      { tag: "1.2", key: null, reason: "filter", verdict: "unmatched" },
    ],
  });
  assert.deepEqual([none.selected, none.error], [null, null]);
  assert.equal(bad.selected, null);
  assert.deepEqual(Object.keys(bad.error), ["code", "message"]);
  assert.equal(bad.error.code, "policy.invalid");
});

Deno.test("policy test takes each policy's own versioning, a bare case's flux, and all of --versioning", async () => {
  const cases = JSON.stringify({
    id: "a",
    tags: ["1.37", "1.38", "1.38.0"],
    policy: { semver: { range: ">=1.30" } },
    current: "1.37",
    expect: "1.38",
  });
  const answer = async (...args: readonly string[]): Promise<string> =>
    JSON.parse((await policyTest({ "cases.json": cases }, "cases.json", "--json", ...args)).out).cases[0].selected;
  assert.equal(await answer(), "1.38.0");
  assert.equal(await answer("--versioning", "flux"), "1.38.0");
  assert.equal(await answer("--versioning", "loose"), "1.38");
});

Deno.test("policy test finds policies of Flux by namespace, with colon or slash, or by name alone", async () => {
  for (const name of ["apps:app", "apps/app", "app"]) {
    const test = `policy: ${name}\ncases:\n  - { tags: [1.0.0, 1.1], expect: 1.0.0 }\n`;
    const ran = await policyTest({ "flux.yaml": flux, "app.test.yml": test }, ".");
    assert.deepEqual([ran.code, ran.err], [0, ""], name);
  }
});

Deno.test("policy test lets a case say why its policy cannot be used", async () => {
  const gated = guilliman.replace("  rollout:", "  verify: { cosign: { key: cosign.pub } }\n  rollout:");
  const ran = await policyTest({ "guilliman.yml": gated, "guilliman.test.yaml": passing }, ".", "--json");
  assert.equal(ran.code, 1);
  const { selected, error } = JSON.parse(ran.out).cases[0];
  assert.deepEqual([selected, error.code], [null, "policy.unsupported"]);
});

Deno.test("policy test warns of other policies that are wrong, and goes on", async () => {
  const files = { "guilliman.yml": guilliman, "other.yml": "kind: [", "guilliman.test.yaml": passing };
  const ran = await policyTest(files, ".");
  assert.equal(ran.code, 0);
  assert.match(ran.err, /^warning: .*\[file\.unparsable\]\n {2}at: other\.yml:1:/m);
});

Deno.test("policy test looks into folders, but not into links and folders with a dot", async () => {
  const test = '{"id": "ID", "tags": [], "policy": {"latest": {}}, "expect": null}';
  const ran = await policyTest(
    {
      "p/a.test.json": test.replace("ID", "a"),
      "p/deep/er/b.test.json": test.replace("ID", "b"),
      "p/.git/c.test.json": test.replace("ID", "c"),
      "p/plain.json": test.replace("ID", "d"),
      "p/link.test.json": { link: "../elsewhere/e.test.json" },
      "p/folder": { link: "../elsewhere" },
      "elsewhere/e.test.json": test.replace("ID", "e"),
    },
    "p/",
    "p",
    "--json",
  );
  assert.deepEqual(JSON.parse(ran.out).cases.map(({ id }: { id: string }) => id), ["a", "b"]);
});

const wrong: readonly (readonly [what: string, files: Readonly<Record<string, string>>, path: string, told: RegExp])[] =
  [
    ["a path that is not there", {}, "cases.json", /there is no cases\.json \[usage\.invalid\]/],
    ["a folder without cases", { "p/a.yml": guilliman }, "p", /p holds no test cases \[usage\.invalid\]/],
    [
      "a file that does not parse",
      { "a.test.yaml": "cases: [" },
      ".",
      /\[file\.unparsable\]\n {2}at: a\.test\.yaml:1:9/,
    ],
    ["bytes that are no text", { "a.test.yaml": "policy: \u0001" }, ".", /\[file\.unparsable\]/],
    [
      "a case without tags",
      { "a.test.yaml": "policy: a\nexpect: b\n" },
      ".",
      /"tags" is missing \[policy\.invalid_case\]\n {2}at: a\.test\.yaml:1:1/,
    ],
    [
      "a policy that does not exist",
      { "guilliman.yml": guilliman, "a.test.yaml": passing.replace("guilliman", "guiliman") },
      ".",
      /there is no policy "guiliman" beside a\.test\.yaml \[policy\.invalid_case\]\n {2}at: a\.test\.yaml:4\n {2}cure: did you mean "guilliman"\?/,
    ],
    [
      "a name that two namespaces have",
      {
        "a.yaml": flux,
        "b.yaml": flux.replaceAll("apps", "media"),
        "a.test.yaml": "policy: app\ntags: []\nexpect: null\n",
      },
      ".",
      /several policies are called "app" .*\n.*\n {2}cure: write apps:app or media:app/,
    ],
    ["a case without a policy", { "a.test.yaml": "tags: []\nexpect: null\n" }, ".", /the case names no policy/],
    [
      "a policy in place of cases",
      { "guilliman.yml": guilliman },
      "guilliman.yml",
      /a resource of kind ImagePolicy is no test case/,
    ],
  ];

for (const [what, files, path, told] of wrong) {
  Deno.test(`policy test ends with 2 for ${what}, with one JSON document too`, async () => {
    const ran = await policyTest(files, path);
    assert.deepEqual([ran.code, ran.out], [2, ""]);
    assert.match(ran.err, told);
    const json = await policyTest(files, path, "--json");
    assert.deepEqual([json.code, json.err, JSON.parse(json.out).schema], [2, "", "magos.error/v1"]);
  });
}

Deno.test("policy test prints nothing that a terminal would obey", async () => {
  const cases = JSON.stringify({
    id: "a\u001b[2J",
    tags: ["\u001b[31mx"],
    policy: { latest: {} },
    expect: "\u001b[31mx",
  });
  const ran = await policyTest({ "cases.json": cases }, "cases.json");
  assert.equal(ran.code, 1);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(ran.out, /\x1b/);
});

Deno.test("policy test reads more cases, and more faults, than a call takes arguments", async () => {
  const one = '{"tags":[],"policy":{"latest":{}},"expect":null}';
  const many = await policyTest({ "cases.json": `[${Array(130_000).fill(one).join()}]` }, "cases.json");
  assert.deepEqual([many.code, many.out.endsWith("\n130000 passed, 0 failed\n")], [0, true]);
  const faults = `{"tags":[${Array(130_000).fill("true").join()}],"policy":{"latest":{}},"expect":null}`;
  assert.equal((await policyTest({ "cases.json": faults }, "cases.json")).code, 2);
});

Deno.test("policy test refuses a versioning that does not exist", async () => {
  const ran = await policyTest({}, "a", "--versioning", "npm");
  assert.equal(ran.code, 2);
  assert.match(ran.err, /Allowed choices are flux, loose/);
});
