// Policies that let one tag through and write no digest.
import assert from "node:assert/strict";
import type { Policy } from "../../../../src/core/model/policy.ts";
import { fixedTagNote } from "../../../../src/core/policy/fixed_tag.ts";
import { selectTags } from "../../../../src/core/policy/select_tags.ts";
import { fluxPolicy } from "../patch/flux_cases.ts";

function policy(filter: string | null, digestReflection: Policy["digestReflection"] = "Never"): Policy {
  return fluxPolicy({ kind: "alphabetical", filter, digestReflection }).policy;
}

for (const filter of ["^latest$", "^release$", "^(latest)$", "^(?P<tag>latest)$", "^v1\\.2$"]) {
  Deno.test(`fixedTagNote() tells of ${filter}`, () => {
    assert.match(fixedTagNote(policy(filter)) ?? "", /digestReflectionPolicy: Always/);
    assert.equal(fixedTagNote(policy(filter, "Always")), null);
    assert.equal(fixedTagNote(policy(filter, null)), null);
  });
}

for (const filter of [null, "", "^v", "latest", "^latest", "^(latest|stable)$", "^v1.2$", "^v[0-9]$"]) {
  Deno.test(`fixedTagNote() is silent about ${filter}`, () => {
    assert.equal(fixedTagNote(policy(filter)), null);
  });
}

Deno.test("selectTags() says it beside its answer", () => {
  const selected = selectTags(policy("^latest$"), ["latest", "1.0"], "latest");
  assert.ok(selected.ok);
  assert.equal(selected.value.selected, "latest");
  assert.deepEqual(selected.value.tags.map(({ tag }) => tag), ["latest", "1.0"]);
  assert.match(selected.value.notes.join(), /lets only the tag latest through/);
});
