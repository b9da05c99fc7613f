import assert from "node:assert/strict";
import { formatRepository } from "../../../../src/core/model/reference.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { slotText } from "../../../../src/core/patch/slot.ts";
import { digestA, marker, onlyTarget, plainContext } from "./cases.ts";

/** `line:column value` of each target. */
function values(text: string): readonly string[] {
  const { found, problems } = findTargets("f.yaml", text, plainContext);
  assert.deepEqual(problems, []);
  return found.map(({ target, slot }) => `${target.line}:${target.column} ${slotText(slot)}`);
}

/** `line code message` of each problem of a text without targets. */
function problems(text: string): readonly string[] {
  const marked = findTargets("f.yaml", text, plainContext);
  assert.equal(marked.found.length, 0);
  for (const problem of marked.problems) {
    assert.equal(problem.severity, "error");
    assert.equal(problem.file, "f.yaml");
    assert.ok(problem.column !== undefined && problem.cure !== undefined, problem.message);
  }
  return marked.problems.map(({ line, code, message }) => `${line} ${code} ${message}`);
}

Deno.test("findTargets() finds the value before a marker in every kind of YAML", () => {
  const cases: readonly (readonly [text: string, value: string])[] = [
    [`services:\n  web:\n    image: nginx:1.27 ${marker()}\n`, "3:12 nginx:1.27"],
    [`image: 'nginx:1.27'   ${marker()}`, "1:8 nginx:1.27"],
    [`image: "nginx:1.27"\t${marker()}\r\n`, "1:8 nginx:1.27"],
    [`\ufeffimage: nginx:1.27 ${marker()}\n`, "1:8 nginx:1.27"],
    [`- nginx:1.27 ${marker()}\n`, "1:3 nginx:1.27"],
    [`- name: web\n  image: nginx:1.27 ${marker()}\n`, "2:10 nginx:1.27"],
    [`web: {image: nginx:1.27} ${marker()}\n`, "1:14 nginx:1.27"],
    [`web: {image: nginx:1.27, restart: always} ${marker()}\n`, "1:14 nginx:1.27"],
    [`web: {\n  image: nginx:1.27, ${marker()}\n  restart: always,\n}\n`, "2:10 nginx:1.27"],
    [`images: [nginx:1.27] ${marker()}\n`, "1:10 nginx:1.27"],
    [`image: &img nginx:1.27 ${marker()}\nother: *img\n`, "1:13 nginx:1.27"],
    [`image: !!str nginx:1.27 ${marker()}\n`, "1:14 nginx:1.27"],
    [`image: |- ${marker()}\n  nginx:1.27\n`, "1:8 nginx:1.27"],
    [`image: > ${marker()}\n  nginx:1.27\n`, "1:8 nginx:1.27"],
    [`tag: 1.10 ${marker({ repo: "nginx" })}\n`, "1:6 1.10"],
    [`newTag: "1.10" ${marker({ repo: "nginx" })}\n`, "1:9 1.10"],
    [`a: 1\n---\nimage: nginx:1.27 ${marker()}\n`, "3:8 nginx:1.27"],
    [`# 😀\nx: 😀\nimage: nginx:1.27 ${marker()}\n`, "3:8 nginx:1.27"],
    [`nginx:1.27 ${marker()}\n`, "1:1 nginx:1.27"],
  ];
  for (const [text, value] of cases) assert.deepEqual(values(text), [value], JSON.stringify(text));
});

Deno.test("findTargets() reads a marker into the rule it stands for", () => {
  const target = onlyTarget(
    `image: nginx:1.27 ${
      marker({
        repo: "docker.io/library/nginx",
        range: ">=1.2 <2",
        filter: "^v(.*)$",
        extract: "$1",
        prerelease: true,
        arch: ["amd64", "linux/arm/v7"],
        minAge: "3d",
      })
    }\n`,
  );
  assert.deepEqual(target, {
    file: "f.yaml",
    line: 1,
    column: 8,
    part: "image",
    setter: "semver",
    marker: "magos",
    value: { file: "f.yaml", line: 1, column: 8 },
    policy: {
      name: "semver",
      namespace: null,
      kind: "semver",
      versioning: "loose",
      source: "f.yaml:1",
      group: null,
      range: ">=1.2 <2",
      order: "asc",
      filter: "^v(.*)$",
      extract: "$1",
      exclusions: [],
      skip: [],
      words: {},
      prerelease: true,
      allowDowngrade: false,
      arch: [{ os: "linux", architecture: "amd64", variant: null }, {
        os: "linux",
        architecture: "arm",
        variant: "v7",
      }],
      minAgeSeconds: 259_200,
      repush: "report",
      trustCreated: false,
      pin: null,
      tag: null,
      digestReflection: null,
    },
    current: { name: "nginx", tag: "1.27", digest: null },
    writes: { name: null, tag: true, digest: true },
    repository: { host: "docker.io", path: "library/nginx" },
    notes: [],
  });
});

Deno.test('findTargets() takes only a comment that starts with exactly `# {"magos"` for a marker', () => {
  for (
    const comment of [
      `#{"magos": {"policy": "semver"}}`,
      `#  {"magos": {"policy": "semver"}}`,
      `# { "magos": {"policy": "semver"}}`,
      `# see # {"magos": {"policy": "semver"}}`,
      `# {"magosx": {"policy": "semver"}}`,
      `# {'magos': {}}`,
    ]
  ) {
    assert.deepEqual(findTargets("f.yaml", `image: nginx:1 ${comment}\n`, plainContext), {
      file: "f.yaml",
      text: `image: nginx:1 ${comment}\n`,
      found: [],
      problems: [],
    });
  }
});

Deno.test("findTargets() takes no marker inside a string or block for one", () => {
  const text =
    `a: "x # {\\"magos\\": {}}"\nb: 'x # {"magos": {}}'\nc: |\n  image: x:1 # {"magos": {"policy": "semver"}}\n`;
  assert.deepEqual(values(text), []);
});

Deno.test("findTargets() reports a marker without one value that it can rule", () => {
  const alone = /^\d marker\.misplaced .*alone/;
  const none = /marker\.misplaced .*no value/;
  const several = /marker\.misplaced .*several/;
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    [`${marker()}\nimage: nginx:1\n`, alone],
    [`a:\n  ${marker()}\n  image: nginx:1\n`, alone],
    [`web: ${marker()}\n  image: nginx:1\n`, none],
    [`image: ${marker()}\n  nginx:1\n`, none],
    [`image: *img ${marker()}\n`, none],
    [`a: |\n  x\n${marker()}\n`, alone],
    [`--- ${marker()}\nimage: nginx:1\n`, none],
    [`[nginx:1, nginx:2] ${marker()}\n`, several],
    [`{a: nginx:1, b: nginx:2} ${marker()}\n`, several],
    [`[{image: nginx:1}, {image: nginx:2}] ${marker()}\n`, several],
  ];
  for (const [text, message] of cases) {
    const found = problems(text);
    assert.equal(found.length, 1, text);
    assert.match(found[0] ?? "", message, text);
  }
});

Deno.test("findTargets() reports a marker that cannot be understood, with the nearest key", () => {
  const cases: readonly (readonly [comment: string, message: RegExp])[] = [
    [`# {"magos": {"policy": "semver"`, /marker\.invalid .*not JSON/],
    [`# {"magos": {"policy": "semver"}} and more`, /marker\.invalid .*not JSON/],
    [`# {"magos": "semver"}`, /marker\.invalid/],
    [`# {"magos": []}`, /marker\.invalid/],
    [`# {"magos": {}}`, /marker\.invalid .*policy/],
    [`# {"magos": {"policy": "semver"}, "x": 1}`, /marker\.invalid .*nothing else/],
    [marker({ rnage: ">=1" }), /marker\.invalid unknown key "rnage"; did you mean "range"\?/],
    [marker({ minage: "1d" }), /did you mean "minAge"\?/],
    [marker({ zzzzzzzz: 1 }), /marker\.invalid unknown key "zzzzzzzz"$/],
    [marker({ minAge: "soon" }), /marker\.invalid "minAge": .*not a duration/],
    [marker({ minAge: 3 }), /marker\.invalid "minAge"/],
    [marker({ arch: ["amd 64"] }), /marker\.invalid "arch/],
    [marker({ pin: "all" }), /marker\.invalid "pin"/],
    [marker({ tag: "a b" }), /marker\.invalid "tag": not a tag/],
    [marker({ prerelease: "yes" }), /marker\.invalid "prerelease"/],
    [marker({ repo: "not a repo" }), /marker\.invalid "repo"/],
    [marker({ policy: "guilliman" }), /marker\.unknown_policy .*"guilliman"/],
    [marker({ policy: "Semver" }), /marker\.unknown_policy/],
    [marker({ policy: "latest", pin: "tag" }), /marker\.invalid .*nothing for "latest"/],
    [marker({ policy: "digest", pin: "tag" }), /marker\.invalid .*nothing for "digest"/],
  ];
  for (const [comment, message] of cases) {
    const found = problems(`image: nginx:1 ${comment}\n`);
    assert.equal(found.length, 1, comment);
    assert.match(found[0] ?? "", message, comment);
  }
});

Deno.test("findTargets() reports `latest` on a value that is only a tag, where nothing could ever change", () => {
  const [problem] = problems(`tag: latest ${marker({ policy: "latest", repo: "nginx" })}\n`);
  assert.match(problem ?? "", /marker\.invalid .*only a tag/);
  assert.deepEqual(values(`tag: latest ${marker({ policy: "latest", repo: "nginx", pin: "both" })}\n`), ["1:6 latest"]);
});

Deno.test("findTargets() reports an image whose name alone would be taken for a tag the next time", () => {
  const digestOnly = (repo: string): string => marker({ repo, pin: "digest" });
  const [problem] = problems(`image: redis:7 ${digestOnly("bitnami/valkey")}\n`);
  assert.match(problem ?? "", /marker\.invalid .*"redis" would be read as a tag of bitnami\/valkey/);
  for (const value of ["docker.io/library/redis:7", "valkey:7"]) {
    assert.deepEqual(values(`image: ${value} ${digestOnly("bitnami/valkey")}\n`), [`1:8 ${value}`]);
  }
  const both = marker({ repo: "bitnami/valkey", pin: "both" });
  assert.deepEqual(values(`image: redis:7 ${both}\n`), ["1:8 redis:7"]);
});

Deno.test("findTargets() reports a value that is no image", () => {
  for (
    const value of [
      "'{{ .Values.image }}'",
      "$IMAGE",
      "${IMAGE:-not an image}",
      "''",
      "~",
      "' nginx:1 '",
      digestA,
    ]
  ) {
    const [problem] = problems(`image: ${value} ${marker()}\n`);
    assert.match(problem ?? "", /marker\.(not_an_image|variable)/, value);
  }
  assert.match(problems(`tag: ${marker({ repo: "nginx" })}\n`)[0] ?? "", /marker\.(not_an_image|misplaced)/);
  assert.match(problems(`image: |- ${marker()}\n  nginx:1\n  nginx:2\n`)[0] ?? "", /marker\.not_an_image/);
});

Deno.test("findTargets() reports a file that does not parse, and only when it may hold a marker", () => {
  const [problem] = problems(`{if .x\nimage: nginx:1 ${marker()}\n`);
  assert.match(problem ?? "", /^\d file\.unparsable f\.yaml:\d:\d+: /);
  assert.deepEqual(problems("{if .x\nimage: nginx:1\n"), []);
});

Deno.test("findTargets() goes on after a bad marker", () => {
  const { found, problems } = findTargets("f.yaml", `a: x:1 # {"magos"\nb: y:1 ${marker()}\n`, plainContext);
  assert.deepEqual(found.map(({ slot }) => slotText(slot)), ["y:1"]);
  assert.deepEqual(problems.map(({ line, column, code }) => [line, column, code]), [[1, 8, "marker.invalid"]]);
});

Deno.test("a marker's repo is where to look; a note says when the value names another image", () => {
  for (
    const repo of ["ghcr.io/you/app", "https://ghcr.io/you/app", "docker://ghcr.io/you/app", "oci://ghcr.io/you/app"]
  ) {
    const same = onlyTarget(`image: ghcr.io/you/app:1 ${marker({ repo })}\n`);
    assert.equal(formatRepository(same.repository), "ghcr.io/you/app");
    assert.deepEqual(same.notes, []);
  }
  const other = onlyTarget(`image: mirror.lan/app:1 ${marker({ repo: "ghcr.io/you/app" })}\n`);
  assert.equal(formatRepository(other.repository), "ghcr.io/you/app");
  assert.equal(other.current.name, "mirror.lan/app");
  assert.deepEqual(other.notes.map(({ code, severity, file, line }) => [code, severity, file, line]), [
    ["policy.repository_differs", "warning", "f.yaml", 1],
  ]);
  assert.deepEqual(onlyTarget(`image: busybox:1 ${marker({ repo: "docker.io/library/busybox" })}\n`).notes, []);
});

Deno.test("the followed tag of a marker is kept, and each target has its own line", () => {
  const { found } = findTargets(
    "f.yaml",
    `a: x:1 ${marker({ policy: "latest", tag: "stable" })}\nb: y:1 ${marker()}\n`,
    plainContext,
  );
  assert.deepEqual(found.map(({ target }) => [target.line, target.policy.source, target.policy.tag]), [
    [1, "f.yaml:1", "stable"],
    [2, "f.yaml:2", null],
  ]);
});
