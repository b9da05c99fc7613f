import assert from "node:assert/strict";
import { applyEdits, editScalar } from "../../../../src/core/yaml/edit_scalar.ts";
import { parseYaml } from "../../../../src/core/yaml/parse_yaml.ts";
import { scalarsOf } from "../../../../src/core/yaml/scalars.ts";

/** The text after its first scalar got a new value, or the code of the refusal. */
function edited(text: string, value: string): string {
  const yaml = parseYaml(text, "f.yaml");
  assert.ok(yaml.ok);
  const [scalar] = scalarsOf(yaml.value);
  assert.ok(scalar);
  const edit = editScalar(text, scalar, value);
  return edit.ok ? applyEdits(text, [edit.value]) : edit.failure.code;
}

Deno.test("editScalar() keeps the style and every byte around the value", () => {
  const cases: readonly (readonly [before: string, value: string, after: string])[] = [
    ["a:  x:1   # c\r\n", "x:2", "a:  x:2   # c\r\n"],
    ["a: 'x:1' # c", "x:2", "a: 'x:2' # c"],
    [`a: "x:1"\t# c\n`, "x:2", `a: "x:2"\t# c\n`],
    ["a: 'x:1'\n", "it's", "a: 'it''s'\n"],
    [`a: "x:1"\n`, `q"\\`, `a: "q\\"\\\\"\n`],
    ["a: &n !!str x:1 # c\n", "x:2", "a: &n !!str x:2 # c\n"],
    ["{a: x:1, b: 2}", "x:2", "{a: x:2, b: 2}"],
    ["- x:1", "x:2", "- x:2"],
    ["a: |-\n    x:1\nb: 2\n", "x:2", "a: |-\n    x:2\nb: 2\n"],
    ["a: > # x:1 is here\r\n  x:1\r\n", "x:2", "a: > # x:1 is here\r\n  x:2\r\n"],
    ["a: |\n\n  x:1\n\n", "x:2", "a: |\n\n  x:2\n\n"],
  ];
  for (const [before, value, after] of cases) assert.equal(edited(before, value), after, JSON.stringify(before));
});

Deno.test("editScalar() puts quotes round what would no longer be a string", () => {
  assert.equal(edited("tag: v1\n", "1.10"), `tag: "1.10"\n`);
  assert.equal(edited("tag: 1.10\n", "1.11"), `tag: "1.11"\n`);
  assert.equal(edited("tag: v1\n", "2026-11-21"), `tag: "2026-11-21"\n`);
  assert.equal(edited("tag: 'v1'\n", "1.10"), "tag: '1.10'\n");
});

Deno.test("editScalar() refuses a block of several lines", () => {
  assert.equal(edited("a: |\n  x:1\n  y:2\n", "x:2"), "file.unpatchable");
  assert.equal(edited("a: |\n\nb: 1\n", "x:2"), "file.unpatchable");
});

Deno.test("applyEdits() makes all edits in any order, and none that overlap", () => {
  const edits = [{ start: 4, end: 5, text: "Z" }, { start: 0, end: 1, text: "long" }, { start: 2, end: 2, text: "!" }];
  assert.equal(applyEdits("abcdef", edits), "longb!cdZf");
  assert.equal(applyEdits("abcdef", [...edits].reverse()), "longb!cdZf");
  assert.equal(applyEdits("abc", []), "abc");
  assert.throws(() => applyEdits("abc", [{ start: 0, end: 2, text: "" }, { start: 1, end: 3, text: "" }]), TypeError);
});
