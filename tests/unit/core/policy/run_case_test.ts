// Recorded cases under a policy: the selector's answer, the gates', and what is told of each tag.
import assert from "node:assert/strict";
import type { Policy } from "../../../../src/core/model/policy.ts";
import type { CaseTag } from "../../../../src/core/model/policy_case.ts";
import { parsePlatform } from "../../../../src/core/model/platform.ts";
import { type CaseAnswer, runCase } from "../../../../src/core/policy/run_case.ts";
import { underVersioning } from "../../../../src/core/policy/select_tags.ts";

const base: Policy = {
  name: "app",
  namespace: null,
  kind: "semver",
  versioning: "loose",
  source: "p.yml:1",
  group: null,
  range: ">=1.2.0 <2.0.0",
  order: "asc",
  filter: null,
  extract: null,
  exclusions: [],
  skip: [],
  words: {},
  prerelease: false,
  allowDowngrade: false,
  arch: [],
  minAgeSeconds: null,
  pin: null,
  tag: null,
  repush: "report",
  trustCreated: false,
  digestReflection: null,
};

const now = Date.UTC(2026, 0, 20, 12);
const minute = 60_000;
const gated: Partial<Policy> = { arch: ["amd64"].flatMap(platforms), minAgeSeconds: 600 };

function platforms(text: string): Policy["arch"] {
  const parsed = parsePlatform(text);
  return parsed.ok ? [parsed.value] : [];
}

/** A record: age in minutes and platforms, null for what is not known. */
function record(tag: string, minutes: number | null, ...on: readonly string[]): CaseTag {
  return {
    tag,
    evidence: { firstSeen: minutes === null ? null : now - minutes * minute, platforms: on.flatMap(platforms) },
  };
}

function run(
  changes: Partial<Policy>,
  tags: readonly (string | CaseTag)[],
  current: string | null = null,
  at: number | null = now,
): CaseAnswer {
  const list = tags.map((tag) => typeof tag === "string" ? { tag, evidence: null } : tag);
  return runCase({ ...base, ...changes }, { tags: list, current, now: at });
}

function verdicts(answer: CaseAnswer): Record<string, string> {
  return Object.fromEntries(answer.tags.map(({ tag, verdict, reason }) => [tag, `${verdict}: ${reason}`]));
}

Deno.test("runCase() takes the highest version of the current kind under loose", () => {
  const answer = run({}, ["1.2.0", "1.9.0", "1.10.0", "1.10", "1.11.0-rc1", "2.0.0", "latest"], "1.2.0");
  assert.equal(answer.selected, "1.10.0");
  assert.equal(answer.error, null);
  assert.deepEqual(verdicts(answer), {
    "1.10.0": "selected: selected",
    "1.9.0": "candidate: lower",
    "1.2.0": "current: not-newer",
    "1.10": "other-flavour: shape.parts",
    "1.11.0-rc1": "prerelease: prerelease",
    "2.0.0": "out-of-range: range",
    latest: "unparsable: not-a-version",
  });
});

Deno.test("runCase() stays at the current version where nothing is newer, and has no answer where nothing fits", () => {
  assert.equal(run({}, ["1.2.0", "1.3.0"], "1.3.0").selected, "1.3.0");
  assert.equal(run({}, ["1.2.0"], "1.4.0").selected, "1.4.0");
  const none = run({}, ["main", "latest"]);
  assert.deepEqual([none.selected, none.error], [null, null]);
});

Deno.test("runCase() answers as Flux does under flux, whatever the file holds", () => {
  const flux: Partial<Policy> = { versioning: "flux", range: ">=1.0.0", prerelease: null };
  assert.equal(run(flux, ["1.37", "1.38", "1.2.0"], "1.37").selected, "1.2.0");
  assert.equal(run(flux, ["1.2.0"], "1.4.0").selected, "1.2.0");
  assert.equal(run(flux, ["2.0.0", "3.2.3.0"]).selected, "2.0.0");
  assert.equal(run(flux, ["0.9.0"]).selected, null);
});

const failures: readonly (readonly [changes: Partial<Policy>, tags: readonly string[], code: string])[] = [
  [{ versioning: "flux", range: null }, ["1.0.0"], "policy.invalid"],
  [{ versioning: "flux", range: ">=1.0.0<2" }, ["1.0.0"], "policy.invalid"],
  [{ range: ">=one" }, ["1.0.0"], "policy.invalid"],
  [{ filter: "(?=a)" }, ["1.0.0"], "policy.invalid_filter"],
  [{ versioning: "flux", exclusions: ["("] }, ["1.0.0"], "policy.invalid_filter"],
  [{ versioning: "flux" }, [], "policy.no_tags"],
  [{ versioning: "flux", filter: "^v" }, ["1.0.0"], "policy.no_tags"],
  [{ versioning: "flux", kind: "numerical" }, ["1", "latest"], "policy.not_a_number"],
];

for (const [changes, tags, code] of failures) {
  Deno.test(`runCase() answers ${JSON.stringify(changes)} over [${tags}] with ${code} and selects nothing`, () => {
    const { selected, error } = run(changes, tags);
    assert.deepEqual([selected, error?.code], [null, code]);
  });
}

Deno.test("runCase() tells each tag's reason also where Flux fails over the list", () => {
  assert.deepEqual(verdicts(run({ versioning: "flux", filter: "^v" }, ["1.0.0"])), { "1.0.0": "unmatched: filter" });
});

Deno.test("runCase() takes the next older complete tag above the current one", () => {
  const answer = run(gated, [
    "1.2.0",
    record("1.3.0", 60, "amd64", "arm64"),
    record("1.4.0", 60, "arm64"),
    record("1.5.0", 5, "amd64"),
  ], "1.2.0");
  assert.equal(answer.selected, "1.3.0");
  assert.deepEqual(verdicts(answer), {
    "1.5.0": "held: minAge: seen for 5m, wanted 10m",
    "1.4.0": "held: platforms: waiting for linux/amd64",
    "1.3.0": "selected: selected",
    "1.2.0": "current: not-newer",
  });
});

Deno.test("runCase() takes a tag in the very second that it is old enough", () => {
  assert.equal(run(gated, [record("1.3.0", 10, "amd64")], "1.2.0").selected, "1.3.0");
  assert.equal(run(gated, [record("1.3.0", 10, "amd64")], "1.2.0", now - 1000).selected, "1.2.0");
});

Deno.test("runCase() stays where every newer tag is held, and never goes below the current one", () => {
  const tags = [record("1.1.0", 900, "amd64"), record("1.4.0", 1, "amd64")];
  assert.equal(run({ ...gated, range: null }, tags, "1.2.0").selected, "1.2.0");
  const flux = run({ ...gated, versioning: "flux", range: ">=1.0.0" }, tags, "1.2.0");
  assert.equal(flux.selected, "1.2.0");
});

Deno.test("runCase() lets nothing unknown pass: an age, platforms, the time itself, a sighting in the future", () => {
  for (
    const [one, at] of [
      [record("1.3.0", null, "amd64"), now],
      [record("1.3.0", 60), now],
      [{ tag: "1.3.0", evidence: { firstSeen: now - 60 * minute, platforms: null } }, now],
      [record("1.3.0", 60, "amd64"), null],
      [record("1.3.0", -60, "amd64"), now],
    ] as const
  ) assert.equal(run(gated, [one], "1.2.0", at).selected, "1.2.0", JSON.stringify(one));
});

Deno.test("runCase() has no answer where all is held and nothing is in the file", () => {
  const answer = run(gated, [record("1.3.0", 1, "amd64")]);
  assert.deepEqual([answer.selected, answer.error], [null, null]);
});

Deno.test("runCase() asks no gate about a name alone, nor under a policy without gates", () => {
  assert.equal(run(gated, ["1.3.0"], "1.2.0").selected, "1.3.0");
  assert.equal(run({}, [record("1.3.0", null)], "1.2.0").selected, "1.3.0");
});

Deno.test("runCase() follows the policy's tag, else the current one, else latest", () => {
  const tags = ["latest", "stable", "1.0.0"];
  assert.equal(run({ kind: "latest", tag: "stable" }, tags, "1.0.0").selected, "stable");
  assert.equal(run({ kind: "digest" }, tags, "1.0.0").selected, "1.0.0");
  assert.equal(run({ kind: "latest" }, tags).selected, "latest");
  assert.equal(run({ kind: "latest", tag: "gone" }, tags, "1.0.0").selected, null);
  assert.equal(
    run({ ...gated, kind: "latest", tag: "stable" }, [record("stable", 1, "amd64")], "1.0.0").selected,
    "1.0.0",
  );
});

Deno.test("runCase() leaves out what is skipped and excluded", () => {
  const answer = run({ skip: ["1.5.0"], exclusions: ["^1\\.4"] }, ["1.3.0", "1.4.0", "1.5.0"], "1.2.0");
  assert.equal(answer.selected, "1.3.0");
  assert.equal(verdicts(answer)["1.5.0"], "skipped: excluded");
  assert.equal(verdicts(answer)["1.4.0"], "excluded: excluded");
});

Deno.test("runCase() reads words as the policy moves them", () => {
  const tags = ["1.2.0-dev", "1.3.0-dev"];
  assert.equal(run({}, tags, "1.2.0").selected, "1.2.0");
  assert.equal(run({ words: { flavour: ["dev"] } }, tags, "1.2.0-dev").selected, "1.3.0-dev");
});

Deno.test("underVersioning() brings Flux's own exclusions where the policy has none", () => {
  assert.deepEqual(underVersioning(base, "flux").exclusions, ["^.*\\.sig$"]);
  assert.deepEqual(underVersioning({ ...base, exclusions: ["a"] }, "flux").exclusions, ["a"]);
  assert.deepEqual(underVersioning(base, "loose").exclusions, []);
});
