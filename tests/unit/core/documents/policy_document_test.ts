// magos's own ImagePolicy documents, field by field.
import assert from "node:assert/strict";
import type { NamedPolicy, Policy } from "../../../../src/core/model/policy.ts";
import { bookOf, magosPolicy, short } from "./a_book.ts";

function only(text: string): NamedPolicy {
  const { book, problems } = bookOf(text);
  assert.deepEqual(problems.map(short), []);
  const [found] = book.magos.values();
  assert.ok(found !== undefined && book.magos.size === 1);
  return found;
}

function policyOf(spec: string): Policy {
  return only(magosPolicy(spec)).policy;
}

Deno.test("readPolicyDocument() reads the example of mini-flux as it stands", () => {
  const found = only(`apiVersion: v1
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
`);
  assert.deepEqual(found, {
    policy: {
      name: "guilliman",
      namespace: null,
      kind: "semver",
      versioning: "loose",
      source: "policies/p.yml:1",
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
      arch: [{ os: "linux", architecture: "amd64", variant: null }],
      minAgeSeconds: 600,
      repush: "report",
      trustCreated: false,
      pin: null,
      tag: null,
      digestReflection: null,
    },
    image: null,
    file: "policies/p.yml",
    line: 1,
    suspended: false,
  });
});

const any = "selector: { semver: {} }";

const fields: readonly (readonly [spec: string, expected: Partial<Policy>])[] = [
  ["{ selector: { semver: { range: ^1.4 } } }", { kind: "semver", range: "^1.4", prerelease: null }],
  ["{ selector: { semver: } }", { kind: "semver", range: null }],
  ["{ selector: { semver: { allowPrerelease: true } } }", { prerelease: true }],
  ["{ selector: { alphabetical: { order: desc } } }", { kind: "alphabetical", order: "desc", range: null }],
  ["{ selector: { alphabetical: {} } }", { kind: "alphabetical", order: "asc" }],
  ["{ selector: { numerical: { order: DESC } } }", { kind: "numerical", order: "desc" }],
  ["{ selector: { latest: {} } }", { kind: "latest", tag: null }],
  ["{ selector: { semver: {} }, repush: hold, trustCreated: true }", { repush: "hold", trustCreated: true }],
  ["{ selector: { semver: {} }, repush: report, trustCreated: false }", { repush: "report", trustCreated: false }],
  ["{ selector: { latest: { tag: stable } } }", { kind: "latest", tag: "stable" }],
  ["{ selector: { digest: { tag: main } } }", { kind: "digest", tag: "main" }],
  [`{ ${any}, filterTags: { pattern: "^v(?P<v>.*)$", extract: $v } }`, { filter: "^v(?P<v>.*)$", extract: "$v" }],
  [`{ ${any}, constraints: { arch: arm/v7 } }`, { arch: [{ os: "linux", architecture: "arm", variant: "v7" }] }],
  [`{ ${any}, rollout: { minAge: 1w } }`, { minAgeSeconds: 604_800 }],
  [`{ ${any}, rollout: { minAge: 3d } }`, { minAgeSeconds: 259_200 }],
  [`{ ${any}, group: media }`, { group: "media" }],
  [`{ ${any}, skip: ["1.4.3", "1.4.4"] }`, { skip: ["1.4.3", "1.4.4"] }],
  [`{ ${any}, pin: digest }`, { pin: "digest" }],
  [`{ ${any}, allowDowngrade: true }`, { allowDowngrade: true }],
  [`{ ${any}, words: { flavour: [dev], build: [b] } }`, { words: { flavour: ["dev"], build: ["b"] } }],
  [`{ ${any}, exclusionList: ["-debug$"] }`, { exclusions: ["-debug$"] }],
  [`{ ${any}, versioning: flux }`, { versioning: "flux", exclusions: ["^.*\\.sig$"] }],
  [
    '{ selector: { semver: { range: ">=1.0.0", allowPrerelease: false } }, versioning: flux }',
    { versioning: "flux", prerelease: false },
  ],
];

for (const [spec, expected] of fields) {
  Deno.test(`readPolicyDocument() reads ${spec}`, () => {
    const policy = policyOf(spec);
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(policy[key as keyof Policy], value, key);
  });
}

Deno.test("readPolicyDocument() reads the image, with or without a scheme", () => {
  for (
    const image of ["ghcr.io/you/app", "https://ghcr.io/you/app", "docker://ghcr.io/you/app", "oci://ghcr.io/you/app"]
  ) {
    assert.equal(only(magosPolicy(`{ ${any}, image: "${image}" }`)).image, "ghcr.io/you/app");
  }
});

// The sign § stands before the place that must be told.
const refused: readonly (readonly [spec: string, expected: string])[] = [
  [
    "{ selector: { semver: { §rnge: ^1 } } }",
    'policy.unknown_key unknown key "spec.selector.semver.rnge" -> did you mean "range"?',
  ],
  ["{ selector: { §semvar: {} } }", 'policy.unknown_key unknown key "spec.selector.semvar" -> did you mean "semver"?'],
  [
    "{ selector: { semver: {} }, repush: §never }",
    'policy.invalid "spec.repush": Invalid option: expected one of "report"|"hold"',
  ],
  [
    "{ selector: { semver: {} }, trustCreated: §often }",
    'policy.invalid "spec.trustCreated": Invalid input: expected boolean, received string',
  ],
  [
    "{ selector: §{} }",
    "policy.invalid the selector is empty -> write semver, alphabetical, numerical, latest or digest",
  ],
  ["§{ filterTags: {} }", 'policy.invalid "spec.selector" is missing'],
  [
    "{ selector: { semver: { range: §1.10 } } }",
    'policy.invalid "spec.selector.semver.range": Invalid input: expected string, received number -> put it in quotes',
  ],
  [
    "{ selector: { alphabetical: { order: §up } } }",
    'policy.invalid "spec.selector.alphabetical.order": must be "asc" or "desc"',
  ],
  ["{ selector: { latest: { tag: §a b } } }", 'policy.invalid "spec.selector.latest.tag": not a tag'],
  [`{ ${any}, filterTags: { pattern: §"(?=a)" } }`, "policy.invalid_filter"],
  [`{ ${any}, exclusionList: [§"("] }`, "policy.invalid_filter"],
  [
    `{ ${any}, filterTags: { extract: §$v } }`,
    "policy.invalid extract stands without a pattern -> add the pattern whose groups it names",
  ],
  [
    `{ ${any}, constraints: { arch: [§"amd 64"] } }`,
    'policy.invalid "spec.constraints.arch.0": "amd 64" is not a platform -> write it like arm64 or linux/arm/v7',
  ],
  [
    `{ ${any}, rollout: { minAge: §10 minutes } }`,
    'policy.invalid "spec.rollout.minAge": "10 minutes" is not a duration -> write it like 90s, 10m, 1h30m, 3d or 1w',
  ],
  [
    `{ ${any}, image: §"ghcr.io/you/app:1.4" }`,
    'policy.invalid "spec.image": should not include a tag or digest -> write only the name, like ghcr.io/you/app',
  ],
  [`{ ${any}, words: { §colour: [red] } }`, 'policy.unknown_key unknown key "spec.words.colour"'],
  [
    "{ selector: { semver: { allowPrerelease: §true } }, versioning: flux }",
    "policy.invalid under flux versioning the range alone says whether prereleases are taken",
  ],
  [
    '{ selector: { semver: { range: ">=1.0.0-0", allowPrerelease: §false } }, versioning: flux }',
    "policy.invalid under flux versioning the range alone says whether prereleases are taken",
  ],
];

for (const [marked, expected] of refused) {
  const spec = marked.replace("§", "");
  Deno.test(`readPolicyDocument() refuses ${spec} and says where`, () => {
    const { book, problems } = bookOf(magosPolicy(spec));
    const place = `4:${"spec: ".length + marked.indexOf("§") + 1}`;
    assert.equal(problems.length, 1);
    const [told] = problems.map(short);
    assert.ok(told?.startsWith(`${place} ${expected}`), `${place} ${expected}\n${told}`);
    assert.equal(book.magos.size, 0);
    assert.ok(problems.every(({ file, policy }) => file === "policies/p.yml" && policy === "app"));
  });
}

const gates = [
  "verify: { cosign: { key: cosign.pub } }",
  "scan: { trivy: { failOn: CRITICAL } }",
  "delivery: pull-request",
  "rollout: { hosts: [pi4] }",
  "rollout: { soak: 1d }",
  "verify:",
];

for (const gate of gates) {
  Deno.test(`readPolicyDocument() does not use a policy with ${gate}, which nothing enforces yet`, () => {
    const { book, problems } = bookOf(magosPolicy(`{ ${any}, ${gate} }`));
    assert.deepEqual(problems.map(({ code, severity, line }) => [code, severity, line]), [
      ["policy.unsupported", "error", 4],
    ]);
    assert.equal(book.magos.size, 0);
  });
}

Deno.test("readPolicyDocument() refuses names that markers use for rules of their own", () => {
  for (const name of ["semver", "latest", "digest"]) {
    const { book, problems } = bookOf(magosPolicy(`{ ${any} }`, name));
    assert.deepEqual(problems.map(({ code, line, column }) => [code, line, column]), [["policy.invalid", 3, 19]]);
    assert.equal(book.magos.size, 0);
  }
});

Deno.test("readPolicyDocument() takes the first of several selectors and says which", () => {
  const { book, problems } = bookOf(
    magosPolicy("{ selector: { digest: {}, numerical: {}, alphabetical: {}, semver: { range: ^1 } } }"),
  );
  assert.equal(book.magos.get("app")?.policy.kind, "semver");
  assert.deepEqual(problems.map(({ severity, message }) => [severity, message]), [
    ["warning", "several selectors are set: semver counts, alphabetical, numerical, digest does not"],
  ]);
});
