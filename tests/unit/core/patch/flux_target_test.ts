import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFile } from "../../../../src/core/patch/patch_file.ts";
import { contextOf, digestA, digestB, selecting } from "./cases.ts";
import { fluxContext, fluxMarker, fluxPolicy, foundIn } from "./flux_cases.ts";

/** The line after `1.37` of ghcr.io/you/app has been chosen. */
function written(value: string, setter: string, reflection: "Never" | "IfNotPresent" | "Always" = "Always"): string {
  const context = contextOf({ book: { flux: new Map([["ns:app", fluxPolicy({ digestReflection: reflection })]]) } });
  const text = `v: ${value} ${fluxMarker(setter)}\n`;
  const marked = findTargets("f.yaml", text, context);
  const decisions = new Map(marked.found.map((it) => [it, selecting(it.target, "1.37", digestB)]));
  return (patchFile(marked, decisions).text ?? text).slice(3).replace(/ # .*\n/, "");
}

Deno.test("a Flux marker replaces the whole value, whatever it was (Flux semantics 3.3)", () => {
  const image = "ghcr.io/you/app:1.37";
  for (const old of ["old:1", "${REGISTRY}/app:1.0", "3", "~", "other/image@" + digestA]) {
    assert.equal(written(old, "ns:app", "Never"), image, old);
    assert.equal(written(old, "ns:app", "Always"), `${image}@${digestB}`, old);
    assert.equal(written(old, "ns:app", "IfNotPresent"), `${image}@${digestB}`, old);
  }
  assert.equal(written('"old:1"', "ns:app", "Never"), `"${image}"`);
  assert.equal(written("'old:1'", "ns:app", "Never"), `'${image}'`);
});

Deno.test("a Flux marker with a part writes that part, and quotes what would not read as a string", () => {
  assert.equal(written("1.36", "ns:app:tag"), '"1.37"');
  assert.equal(written("'1.36'", "ns:app:tag"), "'1.37'");
  assert.equal(written("x", "ns:app:name"), "ghcr.io/you/app");
  assert.equal(written('""', "ns:app:digest"), `"${digestB}"`);
  assert.equal(written(digestA, "ns:app:digest"), digestB);
});

Deno.test("a Flux :digest marker without a reflected digest leaves its value (rulings 3)", () => {
  for (const reflection of ["Never", null] as const) {
    const context = contextOf({ book: { flux: new Map([["ns:app", fluxPolicy({ digestReflection: reflection })]]) } });
    assert.deepEqual(foundIn(`d: x ${fluxMarker("ns:app:digest")}\n`, "f.yaml", context), {
      values: [],
      problems: ["1 marker.no_digest"],
    });
  }
});

Deno.test("a Flux marker reports a policy that is unknown, suspended or for no image", () => {
  const [problem] = findTargets("f.yaml", `v: x ${fluxMarker("ns:ap")}\n`, fluxContext).problems;
  assert.equal(problem?.code, "marker.unknown_policy");
  assert.equal(problem?.cure, 'did you mean "ns:app"?');
  assert.deepEqual(foundIn(`v: x ${fluxMarker("other:app")}\n`).problems, ["1 marker.unknown_policy"]);
  const suspended = contextOf({ book: { flux: new Map([["ns:app", fluxPolicy({}, { suspended: true })]]) } });
  assert.deepEqual(foundIn(`v: x ${fluxMarker()}\n`, "f.yaml", suspended).problems, ["1 policy.suspended"]);
  const nowhere = contextOf({ book: { flux: new Map([["ns:app", fluxPolicy({}, { image: null })]]) } });
  assert.deepEqual(foundIn(`v: x ${fluxMarker()}\n`, "f.yaml", nowhere).problems, ["1 policy.invalid"]);
});

Deno.test("a Flux target says what it is in the words of the contracts", () => {
  const text = `a:\n  newTag: "1.36" ${fluxMarker("ns:app:tag")}\n`;
  const [found] = findTargets("f.yaml", text, fluxContext).found;
  assert.ok(found);
  const { policy, ...target } = found.target;
  assert.deepEqual(target, {
    file: "f.yaml",
    line: 2,
    column: 11,
    part: "tag",
    setter: "ns:app:tag",
    marker: "flux",
    value: { file: "f.yaml", line: 2, column: 11 },
    current: { name: "ghcr.io/you/app", tag: "1.36", digest: null },
    writes: { name: null, tag: true, digest: false },
    repository: { host: "ghcr.io", path: "you/app" },
    notes: [],
  });
  assert.equal(policy.name, "app");
});
