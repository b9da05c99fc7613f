// Flux's ImagePolicy and ImageRepository, as Flux's own schemas read them.
import assert from "node:assert/strict";
import type { NamedPolicy, Policy } from "../../../../src/core/model/policy.ts";
import { bookOf, fluxPolicy, fluxRepository, short } from "./a_book.ts";

const semver = 'policy: { semver: { range: ">=1.0.0" } }';

function only(text: string, versioning: "flux" | "loose" = "flux"): NamedPolicy {
  const { book, problems } = bookOf(text, versioning);
  assert.deepEqual(problems.map(short), []);
  const [found] = book.flux.values();
  assert.ok(found !== undefined && book.flux.size === 1);
  return found;
}

Deno.test("readFluxPolicy() reads a policy with all that its repository says", () => {
  const found = only(
    fluxRepository('image: ghcr.io/you/app, interval: 1h, exclusionList: ["-debug$", "^sha-"]') +
      `---
# a comment above does not count as its line
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app, namespace: apps, labels: { tier: web } }
spec: { imageRepositoryRef: { name: app }, ${semver} }
`,
  );
  assert.deepEqual(found, {
    policy: {
      name: "app",
      namespace: "apps",
      kind: "semver",
      versioning: "flux",
      source: "policies/p.yml:7",
      group: null,
      range: ">=1.0.0",
      order: "asc",
      filter: null,
      extract: null,
      exclusions: ["-debug$", "^sha-"],
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
      digestReflection: "Never",
    },
    image: "ghcr.io/you/app",
    file: "policies/p.yml",
    line: 7,
    suspended: false,
    flux: {
      labels: { tier: "web" },
      repository: "apps:app",
      scanSeconds: 3600,
      digestSeconds: null,
      insecure: false,
      secret: null,
      certSecret: null,
    },
  });
});

Deno.test("readFluxPolicy() says how often the digest is looked at, and with which Secrets", () => {
  const always = `${semver}, digestReflectionPolicy: Always, interval: 1.5h`;
  const { flux } = only(
    fluxPolicy(always).replace("interval: 1h }", "interval: 90s, secretRef: { name: a }, certSecretRef: { name: b } }"),
  );
  assert.equal(flux?.digestSeconds, 5400);
  assert.deepEqual([flux?.scanSeconds, flux?.secret, flux?.certSecret], [90, "apps:a", "apps:b"]);
  assert.equal(only(fluxPolicy(always.replace("1.5h", "0s"))).flux?.digestSeconds, 600);
});

const fields: readonly (readonly [spec: string, expected: Partial<Policy>])[] = [
  ["policy: { alphabetical: {} }", { kind: "alphabetical", order: "asc" }],
  ["policy: { alphabetical: { order: desc } }", { kind: "alphabetical", order: "desc" }],
  ["policy: { numerical: { order: asc } }", { kind: "numerical", order: "asc" }],
  ["policy: { semver: , numerical: { order: desc } }", { kind: "numerical", order: "desc" }],
  [`${semver}, filterTags: { pattern: "^v(?P<v>.*)$", extract: $v }`, { filter: "^v(?P<v>.*)$", extract: "$v" }],
  [`${semver}, filterTags: { pattern: "^v" }`, { filter: "^v", extract: null }],
  [`${semver}, filterTags: {}`, { filter: "", extract: null }],
  [`${semver}, digestReflectionPolicy: IfNotPresent`, { digestReflection: "IfNotPresent" }],
  [`${semver}, digestReflectionPolicy: Always, interval: 1h30m`, { digestReflection: "Always" }],
  [`${semver}`, { exclusions: ["^.*\\.sig$"] }],
];

for (const [spec, expected] of fields) {
  Deno.test(`readFluxPolicy() reads ${spec}`, () => {
    const { policy } = only(fluxPolicy(spec));
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(policy[key as keyof Policy], value, key);
  });
}

Deno.test("readFluxPolicy() reads all versions that Flux has served", () => {
  for (const version of ["v1beta1", "v1beta2", "v1"]) {
    assert.equal(only(fluxPolicy(semver, undefined, version)).policy.range, ">=1.0.0");
  }
  const { book, problems } = bookOf(fluxPolicy(semver, undefined, "v1alpha2"));
  assert.equal(book.flux.size, 0);
  assert.deepEqual(problems.map(({ code, line, column }) => [code, line, column]), [["policy.invalid", 6, 13]]);
});

Deno.test("readFluxPolicy() takes the versioning of the annotation, else of the configuration", () => {
  const annotated = (versioning: string): string =>
    fluxPolicy(semver, `name: app, namespace: apps, annotations: { magos.dev/versioning: ${versioning} }`);
  assert.equal(only(fluxPolicy(semver)).policy.versioning, "flux");
  assert.equal(only(fluxPolicy(semver), "loose").policy.versioning, "loose");
  assert.equal(only(annotated("loose")).policy.versioning, "loose");
  assert.equal(only(annotated("flux"), "loose").policy.versioning, "flux");
});

Deno.test("readFluxPolicy() allows a downgrade by annotation only", () => {
  const annotated = (value: string): string =>
    fluxPolicy(semver, `name: app, namespace: apps, annotations: { magos.dev/allow-downgrade: ${value}, other: x }`);
  assert.equal(only(annotated('"true"')).policy.allowDowngrade, true);
  assert.equal(only(annotated('"false"')).policy.allowDowngrade, false);
  const { book, problems } = bookOf(annotated("true"));
  assert.equal(book.flux.size, 0);
  assert.deepEqual(problems.map(({ code, cure }) => [code, cure]), [["policy.invalid", "put it in quotes"]]);
});

Deno.test("readFluxPolicy() tells the nearest annotation of its own", () => {
  const { problems } = bookOf(fluxPolicy(semver, "name: app, annotations: { magos.dev/versionning: loose }"));
  assert.deepEqual(problems.map(({ code, cure }) => [code, cure]), [
    ["policy.unknown_key", 'did you mean "magos.dev/versioning"?'],
  ]);
});

Deno.test("readFluxPolicy() puts what names no namespace where flux itself puts it", () => {
  const text = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: { name: app }
spec: { image: ghcr.io/you/app, interval: 1h }
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: { name: app }
spec: { imageRepositoryRef: { name: app }, ${semver} }
`;
  assert.deepEqual([...bookOf(text).book.flux.keys()], ["flux-system:app"]);
});

Deno.test("readFluxPolicy() keeps a suspended policy, and one of a suspended repository, as suspended", () => {
  assert.equal(only(fluxPolicy(`${semver}, suspend: true`)).suspended, true);
  const suspended = fluxPolicy(semver).replace("interval: 1h", "interval: 1h, suspend: true");
  assert.equal(only(suspended).suspended, true);
});

Deno.test("readFluxPolicy() prefers semver, then alphabetical, and says so", () => {
  const { book, problems } = bookOf(fluxPolicy("policy: { numerical: {}, alphabetical: { order: desc } }"));
  assert.equal(book.flux.get("apps:app")?.policy.kind, "alphabetical");
  assert.deepEqual(problems.map(({ severity }) => severity), ["warning"]);
});

// The sign § stands before the place that must be told.
const refused: readonly (readonly [spec: string, expected: string])[] = [
  ["policy: §{}", "policy.invalid the policy is empty -> write semver, alphabetical or numerical"],
  ["policy: { semver: §{} }", 'policy.invalid "spec.policy.semver.range" is missing'],
  ["policy: { semver: { range: §1.0 } }", 'policy.invalid "spec.policy.semver.range"'],
  ["policy: { §latest: {} }", 'policy.unknown_key unknown key "spec.policy.latest"'],
  [`${semver}, §filterTag: {}`, 'policy.unknown_key unknown key "spec.filterTag" -> did you mean "filterTags"?'],
  [
    `${semver}, filterTags: { §patern: a }`,
    'policy.unknown_key unknown key "spec.filterTags.patern" -> did you mean "pattern"?',
  ],
  [`${semver}, filterTags: { pattern: §"a**" }`, "policy.invalid_filter"],
  [`${semver}, interval: §10m`, "policy.invalid interval needs digestReflectionPolicy Always"],
  [`${semver}, digestReflectionPolicy: §Always`, "policy.invalid digestReflectionPolicy Always needs an interval"],
  [`${semver}, digestReflectionPolicy: §always, interval: 10m`, "policy.invalid"],
  [
    `${semver}, digestReflectionPolicy: Always, interval: §1d`,
    'policy.invalid "spec.interval": not a duration of Flux',
  ],
  [`${semver}, suspend: §yes`, 'policy.invalid "spec.suspend"'],
];

for (const [marked, expected] of refused) {
  const spec = marked.replace("§", "");
  Deno.test(`readFluxPolicy() refuses ${spec} and says where`, () => {
    const { book, problems } = bookOf(fluxPolicy(spec));
    const before = "spec: { imageRepositoryRef: { name: app, namespace: apps }, ".length;
    const place = `9:${before + marked.indexOf("§") + 1}`;
    const [told] = problems.map(short);
    assert.ok(told?.startsWith(`${place} ${expected}`), `${place} ${expected}\n${told}`);
    assert.equal(book.flux.size, 0);
  });
}

const wrongRepositories: readonly (readonly [spec: string, expected: string])[] = [
  ['image: §"https://ghcr.io/you/app"', 'policy.invalid "spec.image": should not include URL scheme'],
  ["image: §ghcr.io/you/app:1.0", 'policy.invalid "spec.image": should not include a tag'],
  [`image: §ghcr.io/you/app@sha256:${"a".repeat(64)}`, 'policy.invalid "spec.image": should not include a tag'],
  ["image: §ghcr.io/You/App", 'policy.invalid "spec.image": not an image name'],
  ["§interval: 1h", 'policy.invalid "spec.image" is missing'],
  ['image: you/app, exclusionList: [§"("]', "policy.invalid_filter"],
  [`image: you/app, exclusionList: §[${"a, ".repeat(26)}]`, 'policy.invalid "spec.exclusionList": at most 25 patterns'],
  ["image: you/app, interval: §1d", 'policy.invalid "spec.interval": not a duration of Flux'],
  [
    "image: you/app, §exclusionlist: []",
    'policy.unknown_key unknown key "spec.exclusionlist" -> did you mean "exclusionList"?',
  ],
  ["image: you/app, provider: §azur", 'policy.invalid "spec.provider"'],
];

for (const [marked, expected] of wrongRepositories) {
  const spec = marked.replace("§", "");
  Deno.test(`readFluxRepository() refuses ${spec.slice(0, 80)} and says where`, () => {
    const [told] = bookOf(fluxRepository(spec)).problems.map(short);
    // A missing key is told at what should hold it.
    const at = expected.endsWith("is missing") ? "4:7" : `4:${"spec: { ".length + marked.indexOf("§") + 1}`;
    assert.ok(told?.startsWith(`${at} ${expected}`), `${at} ${expected}\n${told}`);
  });
}

Deno.test("readFluxRepository() takes a port, every field of Flux, and 25 patterns", () => {
  const spec = `image: "registry.local:5000/you/app", interval: 10m0s, timeout: 1m, suspend: false, insecure: true,
  secretRef: { name: a }, certSecretRef: { name: b }, proxySecretRef: { name: c }, serviceAccountName: d,
  provider: aws, accessFrom: { namespaceSelectors: [] }, exclusionList: [${"a, ".repeat(25)}]`;
  const { problems } = bookOf(fluxRepository(spec));
  assert.ok(problems.every(({ code, severity }) => code === "flux.ignored" && severity === "warning"));
  assert.deepEqual(
    problems.map(({ message }) => /"([^"]*)"/.exec(message)?.[1]),
    ["spec.serviceAccountName", "spec.accessFrom", "spec.proxySecretRef", "spec.provider"],
  );
});

Deno.test("readPolicyBook() names a field without meaning once, wherever it is set", () => {
  const cloud = (name: string): string => fluxRepository("image: a, provider: aws", name);
  const { problems } = bookOf([cloud("one"), cloud("two"), cloud("three")].join("---\n"));
  assert.deepEqual(problems.map(({ line, column, message }) => [line, column, message]), [[
    4,
    29,
    '"spec.provider" of ImageRepository is left out, here and in 2 more: no cloud gives this machine tokens; logins ' +
    "are podman's own, or secretRef's",
  ]]);
  assert.deepEqual(bookOf(fluxRepository("image: a, provider: generic")).problems, []);
});

Deno.test("readFluxRepository() excludes signatures where a list is not given or empty", () => {
  const exclusions = (list: string): readonly string[] =>
    only(fluxPolicy(semver).replace("interval: 1h", `interval: 1h${list}`)).policy.exclusions;
  assert.deepEqual(exclusions(""), ["^.*\\.sig$"]);
  assert.deepEqual(exclusions(", exclusionList: []"), ["^.*\\.sig$"]);
  assert.deepEqual(exclusions(', exclusionList: ["^a"]'), ["^a"]);
});
