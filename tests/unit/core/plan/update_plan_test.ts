import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { canonicalJson } from "../../../../src/core/plan/canonical_json.ts";
import { countChanges, planUpdate } from "../../../../src/core/plan/update_plan.ts";
import { sampleChange, sampleDecision, samplePatch } from "../../../fakes/sample_decision.ts";

const base = { revision: "a".repeat(40), branch: "main" };
const files = [
  samplePatch("b.yaml", [sampleChange(sampleDecision(), { line: 9 }), sampleChange()]),
  samplePatch("a.yaml"),
];

Deno.test("canonicalJson() depends on the value alone", () => {
  assert.equal(
    canonicalJson({ b: [1, null, "ü\n"], a: { d: true, c: {} } }),
    '{"a":{"c":{},"d":true},"b":[1,null,"ü\\n"]}',
  );
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }));
  assert.equal(canonicalJson("\ud800"), '"\\ud800"');
  assert.equal(canonicalJson([]), "[]");
});

Deno.test("a plan's id is the SHA-256 of the canonical JSON of revision and sorted changes", () => {
  const change = {
    column: 8,
    file: "a.yaml",
    line: 3,
    new: "ghcr.io/you/app:2.0",
    old: "ghcr.io/you/app:1.0",
    setter: "semver",
  };
  const text = JSON.stringify({ changes: [change], revision: base.revision });
  const plan = planUpdate(base, [samplePatch("a.yaml")], []);
  assert.equal(plan.id, createHash("sha256").update(text).digest("hex"));
});

Deno.test("a plan's id does not depend on the order of arrival, the decisions' evidence or the branch", () => {
  const { id } = planUpdate(base, files, []);
  const reversed = [...files].reverse().map((file) => ({ ...file, changes: [...file.changes].reverse() }));
  const later = sampleDecision({ evidence: null, reasons: ["another day"] });
  const same = [
    planUpdate(base, reversed, []),
    planUpdate({ ...base, branch: "other" }, files, []),
    planUpdate(base, files, [later]),
    planUpdate(base, [...files, samplePatch("c.yaml", [])], []),
    planUpdate(
      base,
      files.map((it) => ({ ...it, changes: it.changes.map((one) => ({ ...one, decision: later })) })),
      [],
    ),
  ];
  for (const plan of same) assert.equal(plan.id, id);
});

Deno.test("a plan's id is another one for another revision, place or value", () => {
  const change = sampleChange();
  const others = [
    planUpdate({ ...base, revision: "b".repeat(40) }, [samplePatch("a.yaml")], []),
    planUpdate(base, [samplePatch("b.yaml")], []),
    planUpdate(base, [samplePatch("a.yaml", [{ ...change, line: 4 }])], []),
    planUpdate(base, [samplePatch("a.yaml", [{ ...change, column: 9 }])], []),
    planUpdate(base, [samplePatch("a.yaml", [{ ...change, setter: "latest" }])], []),
    planUpdate(base, [samplePatch("a.yaml", [{ ...change, old: "x" }])], []),
    planUpdate(base, [samplePatch("a.yaml", [{ ...change, new: "x" }])], []),
    planUpdate(base, [samplePatch("a.yaml", [change, { ...change, line: 5 }])], []),
    planUpdate(base, [], []),
  ];
  const ids = new Set([planUpdate(base, [samplePatch("a.yaml")], []).id, ...others.map(({ id }) => id)]);
  assert.equal(ids.size, others.length + 1);
});

Deno.test("planUpdate() keeps files with changes or problems, sorted, and counts the changes", () => {
  const broken = {
    ...samplePatch("0.yaml", []),
    problems: [{ code: "file.unpatchable", severity: "error", message: "no" }] as const,
    text: null,
  };
  const plan = planUpdate(base, [...files, samplePatch("none.yaml", []), broken], []);
  assert.deepEqual(plan.files.map(({ file }) => file), ["0.yaml", "a.yaml", "b.yaml"]);
  assert.equal(countChanges(plan), 3);
});
