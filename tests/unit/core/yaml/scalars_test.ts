import assert from "node:assert/strict";
import { parseYaml } from "../../../../src/core/yaml/parse_yaml.ts";
import { scalarsOf, shapeOf, type YamlScalar } from "../../../../src/core/yaml/scalars.ts";

function scalars(text: string): readonly YamlScalar[] {
  const yaml = parseYaml(text, "f.yaml");
  assert.ok(yaml.ok, yaml.ok ? "" : yaml.failure.message);
  return scalarsOf(yaml.value);
}

function shape(text: string): readonly string[] {
  const yaml = parseYaml(text, "f.yaml");
  assert.ok(yaml.ok, yaml.ok ? "" : yaml.failure.message);
  return shapeOf(yaml.value);
}

Deno.test("scalarsOf() gives the exact source text of every style, quotes included", () => {
  const text = `a: plain\nb: 'it''s'\nc: "d\\tq"\nd: |-\n  lit\ne: >\n  fold\n  ed\n`;
  const found = scalars(text);
  assert.deepEqual(found.map(({ style, value, start, end }) => [style, value, text.slice(start, end)]), [
    ["plain", "plain", "plain"],
    ["single", "it's", "'it''s'"],
    ["double", "d\tq", `"d\\tq"`],
    ["literal", "lit", "|-\n  lit\n"],
    ["folded", "fold ed\n", ">\n  fold\n  ed\n"],
  ]);
  assert.deepEqual(found.map(({ key }) => key), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(found.map(({ text }) => text), ["plain", "it's", "d\tq", "lit", "fold ed"]);
});

Deno.test("scalarsOf() leaves anchor, tag and trailing comment out of the range", () => {
  const text = "a: &x !!str nginx:1 # c\nb: *x\n";
  const [only, ...rest] = scalars(text);
  assert.ok(only);
  assert.deepEqual(rest, []);
  assert.equal(text.slice(only.start, only.end), "nginx:1");
  assert.equal(only.anchor, "x");
});

Deno.test("scalarsOf() walks flow and block collections, merge keys and several documents", () => {
  const text = "a: [x, {k: y}]\nb:\n  <<: {m: n}\n---\n- z\n- [w]\n";
  assert.deepEqual(scalars(text).map(({ value, key, inFlow }) => [value, key, inFlow]), [
    ["x", null, true],
    ["y", "k", true],
    ["n", "m", true],
    ["z", null, false],
    ["w", null, true],
  ]);
});

Deno.test("scalarsOf() keeps the text of values that YAML reads as something else", () => {
  const found = scalars("a: 1.10\nb: 0777\nc: 1e3\nd: null\ne:\nf: true\ng: 20240101000000000000000\nh: ~\n");
  assert.deepEqual(found.map(({ text }) => text), [
    "1.10",
    "0777",
    "1e3",
    "null",
    "",
    "true",
    "20240101000000000000000",
    "~",
  ]);
});

Deno.test("shapeOf() is blind to quotes, comments and layout, and to nothing else", () => {
  const base = shape("a: x\nb: [1, 2]\n");
  for (const same of [`a: "x" # c\n\nb: [1, 2]\n`, "a: 'x'\nb:\n- 1\n- 2\n", "{a: x, b: [1, 2]}"]) {
    assert.deepEqual(shape(same), base, same);
  }
  for (
    const other of [
      "a: y\nb: [1, 2]\n",
      "c: x\nb: [1, 2]\n",
      "a: x\nb: [1, 2, 3]\n",
      "a: x\nb: ['1', 2]\n",
      "a: &n x\nb: [1, 2]\n",
      "a: !t x\nb: [1, 2]\n",
      "a: x\nb: [1, 2]\n---\n",
      "a: x\nb: {1: 2}\n",
      "a: x\nb: [1, [2]]\n",
      "b: [1, 2]\na: x\n",
    ]
  ) assert.notDeepEqual(shape(other), base, other);
  assert.notDeepEqual(shape("a: null"), shape("a: 'null'"));
  assert.notDeepEqual(shape("a: *x"), shape("a: *y"));
});
