import assert from "node:assert/strict";
import { selectFlux } from "../../../../../src/core/policy/flux/select.ts";
import type { FluxRule } from "../../../../../src/core/policy/flux/rule.ts";

const rule: FluxRule = {
  kind: "semver",
  range: "*",
  order: "asc",
  filter: null,
  extract: null,
  exclusions: [],
  skip: [],
};

function notesOf(tags: readonly string[], current: string, more: Partial<FluxRule> = {}): readonly string[] {
  const selected = selectFlux(tags, { ...rule, ...more }, current);
  assert.ok(selected.ok);
  return selected.value.notes;
}

Deno.test("a filter that lets only prefixed or dated tags pass is told, with both cures", () => {
  const [note = "", ...others] = notesOf(["release-1.5.4", "release-1.5.10"], "release-1.5.4", { filter: "^release-" });
  assert.match(note, /none of the 2 tags.*filterTags\.extract.*magos\.dev\/versioning: loose/);
  assert.deepEqual(others.filter((it) => it.includes("no version")), []);
  assert.deepEqual(notesOf(["1.5.4", "release-1.5.10"], "1.5.4").filter((it) => it.includes("is a version")), []);
});

Deno.test("an answer of another flavour than the file's is told where the flavour goes on, prereleases aside", () => {
  const told = (tags: readonly string[], current: string): number =>
    notesOf(tags, current).filter((it) => it.includes("flavour")).length;
  assert.equal(told(["v2.4.1-cuda", "v2.5.0", "v2.5.0-cuda"], "v2.4.1-cuda"), 1);
  assert.equal(told(["v2.4.1-cuda", "v2.5.0"], "v2.4.1-cuda"), 0, "there is nothing newer of it");
  assert.equal(told(["1.0.0-rc1", "1.0.0", "1.1.0-rc1"], "1.0.0-rc1"), 0, "a release follows its candidates");
});
