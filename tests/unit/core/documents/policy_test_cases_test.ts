// Files of test cases in all their forms, and what is wrong with them.
import assert from "node:assert/strict";
import { type PolicyCasesReading, readPolicyCases } from "../../../../src/core/documents/policy_test_cases.ts";
import type { PolicyCase } from "../../../../src/core/model/policy_case.ts";
import { short } from "./a_book.ts";

function casesOf(text: string, file = "a.test.yaml"): readonly PolicyCase[] {
  const { cases, problems } = readPolicyCases(text, file);
  assert.deepEqual(problems.map(short), []);
  return cases;
}

function only(text: string, file?: string): PolicyCase {
  const [found, ...others] = casesOf(text, file);
  assert.ok(found !== undefined && others.length === 0);
  return found;
}

function own(json: Record<string, unknown>): PolicyCase["policy"] {
  return only(JSON.stringify({ id: "a", tags: [], expect: null, ...json }), "cases.json").policy;
}

Deno.test("readPolicyCases() reads cases that share a policy, beside it", () => {
  const cases = casesOf(`policy: guilliman
now: 2026-01-20T12:00:00Z
cases:
  - tags: [1.2.0, v1.3.0]
    current: 1.2.0
    expect: v1.3.0
  - id: nothing fits
    policy: other
    now: 2026-01-21T12:00:00Z
    tags: []
    expect: null
`);
  assert.deepEqual(cases, [
    {
      id: "a.test.yaml#1",
      file: "a.test.yaml",
      line: 4,
      policy: { kind: "named", name: "guilliman" },
      tags: [{ tag: "1.2.0", evidence: null }, { tag: "v1.3.0", evidence: null }],
      current: "1.2.0",
      now: Date.UTC(2026, 0, 20, 12),
      expect: "v1.3.0",
    },
    {
      id: "nothing fits",
      file: "a.test.yaml",
      line: 7,
      policy: { kind: "named", name: "other" },
      tags: [],
      current: null,
      now: Date.UTC(2026, 0, 21, 12),
      expect: null,
    },
  ]);
});

Deno.test("readPolicyCases() reads tags as they are written, whatever YAML takes them for", () => {
  const { tags, current, expect } = only(
    "policy: a\ntags: [1.10, 1, 0755, 1e3, 2025-09-07]\ncurrent: 1.10\nexpect: 1.20\n",
  );
  assert.deepEqual(tags.map(({ tag }) => tag), ["1.10", "1", "0755", "1e3", "2025-09-07"]);
  assert.deepEqual([current, expect], ["1.10", "1.20"]);
});

Deno.test("readPolicyCases() reads records of tags, and what they leave out as not known", () => {
  const { tags } = only(`policy: a
tags:
  - 1.0.0
  - { tag: 1.1.0 }
  - { tag: 1.2.0, firstSeen: 2026-01-19T12:00:00Z, platforms: [linux/amd64, arm/v7] }
  - { tag: 1.3.0, platforms: [] }
  - { tag: 1.4.0, firstSeen: null }
expect: null
`);
  assert.deepEqual(tags, [
    { tag: "1.0.0", evidence: null },
    { tag: "1.1.0", evidence: null },
    {
      tag: "1.2.0",
      evidence: {
        firstSeen: Date.UTC(2026, 0, 19, 12),
        platforms: [
          { os: "linux", architecture: "amd64", variant: null },
          { os: "linux", architecture: "arm", variant: "v7" },
        ],
      },
    },
    { tag: "1.3.0", evidence: { firstSeen: null, platforms: [] } },
    { tag: "1.4.0", evidence: { firstSeen: null, platforms: null } },
  ]);
});

const bare = { id: "a", tags: ["1.0.0"], filter: null, policy: { semver: { range: ">=1" } }, expect: "1.0.0" };

Deno.test("readPolicyCases() reads JSON: one case, a list of cases, and cases with what they share", () => {
  const file = "cases.json";
  assert.deepEqual(casesOf(JSON.stringify(bare), file).map(({ id }) => id), ["a"]);
  assert.deepEqual(casesOf(JSON.stringify([bare, { ...bare, id: "b" }]), file).map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(casesOf(JSON.stringify({ cases: [bare] }), file).map(({ id }) => id), ["a"]);
  assert.deepEqual(casesOf(JSON.stringify([{ ...bare, id: 7 }]), file).map(({ id }) => id), ["7"]);
  assert.deepEqual(casesOf(`\ufeff${JSON.stringify(bare)}`, file).map(({ id }) => id), ["a"]);
});

Deno.test("readPolicyCases() reads a bare case as Flux would (rulings 8)", () => {
  const policy = own(bare);
  assert.ok(policy.kind === "own");
  assert.deepEqual(policy.policy, {
    name: "semver",
    namespace: null,
    kind: "semver",
    versioning: "flux",
    source: "cases.json",
    group: null,
    range: ">=1",
    order: "asc",
    filter: null,
    extract: null,
    exclusions: ["^.*\\.sig$"],
    skip: [],
    words: {},
    prerelease: null,
    allowDowngrade: false,
    arch: [],
    minAgeSeconds: null,
    repush: "report",
    trustCreated: false,
    pin: null,
    tag: null,
    digestReflection: null,
  });
});

const ownPolicies: readonly (readonly [json: Record<string, unknown>, expected: Record<string, unknown>])[] = [
  [{ policy: { alphabetical: {} } }, { kind: "alphabetical", order: "asc" }],
  [{ policy: { alphabetical: { order: "DESC" } } }, { kind: "alphabetical", order: "desc" }],
  [{ policy: { numerical: { order: "Asc" } } }, { kind: "numerical", order: "asc" }],
  [{ policy: { numerical: { order: "" } } }, { kind: "numerical", order: "asc" }],
  [{ policy: { semver: null, numerical: {} } }, { kind: "numerical" }],
  [{ policy: { numerical: {}, alphabetical: {}, semver: { range: "1.x" } } }, { kind: "semver", range: "1.x" }],
  [{ policy: { semver: {} } }, { kind: "semver", range: null }],
  [{ policy: { semver: { range: "1", allowPrerelease: true } } }, { prerelease: true }],
  [{ policy: { latest: { tag: "stable" } } }, { kind: "latest", tag: "stable" }],
  [{ ...bare, filter: { pattern: "^v", extract: "$0" } }, { filter: "^v", extract: "$0" }],
  [{ ...bare, filter: { pattern: "^v" } }, { filter: "^v", extract: null }],
  [{ ...bare, filter: { pattern: "", extract: "" } }, { filter: "", extract: null }],
  [{ ...bare, exclusionList: ["^a", "^b"] }, { exclusions: ["^a", "^b"] }],
  [{ ...bare, exclusionList: [] }, { exclusions: ["^.*\\.sig$"] }],
];

for (const [json, expected] of ownPolicies) {
  Deno.test(`readInlinePolicy() reads ${JSON.stringify(json)}`, () => {
    const policy = own(json);
    assert.ok(policy.kind === "own");
    for (const [key, value] of Object.entries(expected)) {
      assert.deepEqual((policy.policy as unknown as Record<string, unknown>)[key], value, key);
    }
  });
}

const invalidPolicies: readonly Record<string, unknown>[] = [
  { policy: {} },
  { policy: null },
  { policy: [] },
  { policy: 7 },
  { policy: { semver: null } },
  { policy: { alphabetical: { order: "up" } } },
  { policy: { numerical: { order: 1 } } },
  { policy: { semver: { range: 1.2 } } },
  { ...bare, filter: "^v" },
  { ...bare, filter: { pattern: 1 } },
  { ...bare, exclusionList: "a" },
  { ...bare, policy: "guilliman", filter: { pattern: "^v" } },
];

for (const json of invalidPolicies) {
  Deno.test(`readInlinePolicy() answers ${JSON.stringify(json)} with policy.invalid`, () => {
    const policy = own(json);
    assert.ok(policy.kind === "invalid", JSON.stringify(policy));
    assert.equal(policy.failure.code, "policy.invalid");
    assert.notEqual(policy.failure.cure ?? "", "");
  });
}

Deno.test("readPolicyCases() lets unknown keys be notes, and tells slips of known ones", () => {
  assert.equal(casesOf(JSON.stringify({ ...bare, note: "x", comment: "y", source: "z" }), "a.json").length, 1);
  const { cases, problems } = readPolicyCases("- policy: a\n  tags: []\n  curent: 1.0\n  expect: null\n", "a.yaml");
  assert.equal(cases.length, 0);
  assert.deepEqual(problems.map(short), [
    '3:3 policy.invalid_case unknown key "curent" -> did you mean "current"?',
  ]);
});

const refused: readonly (readonly [text: string, expected: string])[] = [
  ["", "undefined:undefined policy.invalid_case the file holds no cases"],
  ["# nothing\n", "undefined:undefined policy.invalid_case the file holds no cases"],
  ["just text\n", "1:1 policy.invalid_case this is neither a case nor a list of cases"],
  ["policy: a\ncases: []\n", '2:8 policy.invalid_case "cases"'],
  ["policy: a\ncases:\n  - expect: null\n", '3:5 policy.invalid_case "tags" is missing'],
  ["policy: a\ncases:\n  - tags: []\n", '3:5 policy.invalid_case "expect"'],
  ["policy: a\ncases:\n  - { tags: [[]], expect: null }\n", '3:14 policy.invalid_case "tags.0"'],
  [
    "policy: a\ncases:\n  - { tags: [{ tag: a, firstseen: x }], expect: null }\n",
    "3:24 policy.invalid_case unknown key",
  ],
  [
    "policy: a\ntags: [{ tag: a, firstSeen: yesterday }]\nexpect: a\n",
    '2:29 policy.invalid_case "tags.0.firstSeen": not a time',
  ],
  [
    "policy: a\ntags: [{ tag: a, platforms: [x y] }]\nexpect: a\n",
    '2:30 policy.invalid_case "tags.0.platforms.0": "x y" is not a platform',
  ],
  ["policy: a\nnow: 2026-13-01\ntags: []\nexpect: a\n", '2:6 policy.invalid_case "now": not a time'],
  ["apiVersion: v1\nkind: ImagePolicy\n", "1:1 policy.invalid_case a resource of kind ImagePolicy is no test case"],
  ["cases: [", "1:9 file.unparsable"],
];

for (const [text, expected] of refused) {
  Deno.test(`readPolicyCases() refuses ${JSON.stringify(text)} and says where`, () => {
    const reading: PolicyCasesReading = readPolicyCases(text, "a.test.yaml");
    assert.equal(reading.cases.length, 0);
    const told = reading.problems.map(short);
    assert.ok(told[0]?.startsWith(expected), `${expected}\n${told.join("\n")}`);
  });
}

Deno.test("readPolicyCases() tells the line of what is wrong in JSON too", () => {
  const { problems } = readPolicyCases('[\n  {"id": "a",\n   "tags": "1.0.0",\n   "expect": null}\n]', "cases.json");
  assert.deepEqual(problems.map(({ code, file, line, column }) => [code, file, line, column]), [
    ["policy.invalid_case", "cases.json", 3, 12],
  ]);
});

Deno.test("readPolicyCases() lets a case say otherwise than its file, with null too", () => {
  const shared = "filter: { pattern: ^v }\npolicy: { semver: { range: '1' } }\ncases:\n";
  const filters = casesOf(`${shared}- { tags: [], expect: null }\n- { tags: [], filter: null, expect: null }\n`)
    .map(({ policy }) => policy.kind === "own" ? policy.policy.filter : policy.kind);
  assert.deepEqual(filters, ["^v", null]);
});

Deno.test("readPolicyCases() names a case without a policy as one that cannot be run", () => {
  const { policy } = only("tags: []\nexpect: null\n");
  assert.ok(policy.kind === "invalid");
  assert.deepEqual([policy.failure.code, policy.failure.line], ["policy.invalid_case", 1]);
});
