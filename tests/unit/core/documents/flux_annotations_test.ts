// The annotations of magos on Flux's policies: what they say beats Flux's fields and the configuration, or is refused.
import assert from "node:assert/strict";
import { readPolicyBook } from "../../../../src/core/documents/policy_book.ts";
import { fluxPolicy, short } from "./a_book.ts";

const semver = 'policy: { semver: { range: ">=1.0.0" } }';

function read(annotations: string) {
  const text = fluxPolicy(semver, `name: app, namespace: apps, annotations: { ${annotations} }`);
  return readPolicyBook([{ file: "p.yml", text, mayHoldPolicies: false }], {
    fluxVersioning: "flux",
    gates: { arch: [], minAgeSeconds: 600 },
  });
}

const good: readonly (readonly [annotations: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["", { minAgeSeconds: 600, range: ">=1.0.0", versioning: "flux" }],
  ["magos.dev/min-age: 3d", { minAgeSeconds: 259_200 }],
  ["magos.dev/min-age: 0s", { minAgeSeconds: 0 }],
  [`magos.dev/selector: '{"semver":{"range":"^2"}}', magos.dev/versioning: loose`, {
    range: "^2",
    versioning: "loose",
  }],
  [`magos.dev/selector: '{"latest":{"tag":"edge"}}'`, { kind: "latest", tag: "edge", range: null }],
  [`magos.dev/filter-tags: '{"pattern":"^v(.*)$","extract":"$1"}'`, { filter: "^v(.*)$", extract: "$1" }],
  ["magos.dev/skip: '1.4.2, 1.4.3'", { skip: ["1.4.2", "1.4.3"] }],
  ["magos.dev/group: photos, magos.dev/repush: hold", { group: "photos", repush: "hold" }],
  ["magos.dev/allow-prerelease: 'true', magos.dev/trust-created: 'true'", { prerelease: true, trustCreated: true }],
  [`magos.dev/words: '{"flavour":["dev"]}'`, { words: { flavour: ["dev"] } }],
  ["other.dev/skip: '!'", { skip: [] }],
];

for (const [annotations, fields] of good) {
  Deno.test(`readAnnotations() reads { ${annotations} }`, () => {
    const { book, problems } = read(annotations);
    assert.deepEqual(problems.map(short), []);
    const policy: Readonly<Record<string, unknown>> = { ...book.flux.get("apps:app")?.policy };
    assert.deepEqual(Object.fromEntries(Object.keys(fields).map((key) => [key, policy[key]])), fields);
  });
}

const bad: readonly (readonly [annotations: string, message: RegExp])[] = [
  ["magos.dev/min-age: soon", /"magos\.dev\/min-age" is not understood: .*duration/],
  ["magos.dev/min-age: 3", /"magos\.dev\/min-age" is not understood/],
  [`magos.dev/selector: '{"semver":{},"latest":{}}'`, /must hold one selector/],
  [`magos.dev/selector: '{"semver":{"rnage":"^1"}}'`, /rnage/],
  ["magos.dev/selector: nonsense", /"magos\.dev\/selector" is not understood/],
  [`magos.dev/filter-tags: '{"pattern":"("}'`, /is not understood at pattern/],
  ["magos.dev/skip: 'a b'", /not a tag/],
  ["magos.dev/arch: 'x y'", /"magos\.dev\/arch"/],
  ["magos.dev/repush: maybe", /must be "report" or "hold"/],
  ["magos.dev/mn-age: 3d", /unknown key "magos\.dev\/mn-age"/],
  ["magos.dev/__proto__: x", /unknown key/],
];

for (const [annotations, message] of bad) {
  Deno.test(`readAnnotations() refuses { ${annotations} }, and the policy is not used`, () => {
    const { book, problems } = read(annotations);
    assert.equal(book.flux.size, 0);
    assert.equal(problems.length, 1, JSON.stringify(problems));
    assert.match(problems[0]?.message ?? "", message);
    assert.equal(problems[0]?.file, "p.yml");
  });
}
