// What is said aloud where Flux is silent (Flux semantics 6).
import assert from "node:assert/strict";
import type { FluxRule } from "../../../../../src/core/policy/flux/rule.ts";
import { findingsOf } from "./a_flux_rule.ts";

function notesOn(tags: string, changes: Partial<FluxRule> = {}): readonly string[] {
  return findingsOf(tags.split(" "), changes).selection.notes;
}

function says(notes: readonly string[], ...parts: readonly string[]): void {
  assert.equal(notes.length, 1, notes.join("\n"));
  for (const part of parts) assert.ok(notes[0]?.includes(part), `"${part}" in "${notes[0]}"`);
}

const loose = "magos.dev/versioning: loose";

Deno.test("advise() is silent where Flux does what people expect", () => {
  assert.deepEqual(notesOn("1.0.0 1.2.3 latest main", { range: ">=1.0.0" }), []);
  assert.deepEqual(notesOn("2025.1.1 2025.2.1 1.2 1", { range: "*" }), []);
  assert.deepEqual(notesOn("1.2.3 1.2 1", { range: "*" }), [], "floating tags of a version that is there");
  assert.deepEqual(notesOn("2.0.0 1.37 3.2.1.0", { range: "2.x" }), [], "out of the range");
  assert.deepEqual(notesOn("1.0.0-rc.9 1.0.0-rc.10", { range: "*-0" }), []);
  assert.deepEqual(notesOn("a1f b22 c3", { kind: "alphabetical" }), []);
  assert.deepEqual(notesOn("1 2 3", { kind: "numerical" }), []);
});

Deno.test("advise() names two-part and four-part tags above the answer", () => {
  says(
    notesOn("1.28.5 3.2.3.0 3.2.11.0 3.2.9.0 4.0.0.0-BETA1", { range: ">=1" }),
    "3.2.11.0 and 2 more",
    "1.28.5",
    loose,
  );
  says(notesOn("1.36 1.37", { range: "*" }), "1.37 and 1 more", loose);
  says(notesOn("1.0.0 1.0.0.1", { range: "*" }), "1.0.0.1,", loose);
  says(notesOn("4.9.3.0-ls99", { range: ">=4.0.0" }), "4.9.3.0-ls99", loose);
});

Deno.test("advise() says when only suffixes keep every version out", () => {
  says(notesOn("1.0.0-alpine 1.1.0-alpine", { range: ">=1.0.0-0 <1.0.0-0 || >=1.0.0" }), "1 tag", "-0", loose);
  says(notesOn("1.1.0-alpine 1.2.0-1", { range: ">=1.0.0" }), "2 tags", "-alpine", "-0", loose);
});

Deno.test("advise() says when digits are compared as text", () => {
  says(notesOn("1.0.0-rc9 1.0.0-rc10 1.0.0-rc8"), "1.0.0-rc9 wins over 1.0.0-rc10", loose);
  says(notesOn("4.9.3-ls99 4.9.3-ls132 4.9.2-ls200"), "4.9.3-ls99 wins over 4.9.3-ls132");
  says(notesOn("v9 v10 v8", { kind: "alphabetical" }), "v9 wins over v10", loose);
  says(notesOn("v9 v10", { kind: "alphabetical", order: "desc" }), "v10 wins over v9");
});

Deno.test("advise() says that one text fails a numerical policy", () => {
  says(notesOn("1 2 latest", { kind: "numerical" }), "2 numbers", loose);
});

Deno.test("advise() names the tags that the answer shadows", () => {
  const rule = { range: "*", filter: "^r-(\\d+\\.\\d+\\.\\d+)", extract: "$1" };
  says(notesOn("r-1.0.0.1 r-1.0.0.2 r-1.0.0.10 r-0.9.0", rule), "3 tags", '"1.0.0"', "r-1.0.0.1,", "r-1.0.0.2");
  assert.deepEqual(notesOn("r-1.0.0.1 r-0.9.0.1 r-0.9.0.2", rule), [], "none stands behind the answer");
});

Deno.test("advise() says that a misspelt group gives an empty text", () => {
  const notes = notesOn("v1.0.0 v2.0.0", { filter: "^v(?P<version>.*)$", extract: "$verison" });
  says(notes, '"$verison"', "2 tags", "${name}");
});

Deno.test("advise() says that Flux decides by chance under a filter", () => {
  says(notesOn("1.0.0 v1.0.0", { filter: ".*" }), "v1.0.0 is equal to 1.0.0", "chance");
  assert.deepEqual(notesOn("1.0.0 v1.0.0"), []);
});
