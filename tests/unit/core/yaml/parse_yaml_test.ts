import assert from "node:assert/strict";
import { parseYaml } from "../../../../src/core/yaml/parse_yaml.ts";

function whereItFails(text: string): string {
  const parsed = parseYaml(text, "f.yaml");
  if (parsed.ok) return "parsed";
  const { code, file, line, column, message } = parsed.failure;
  assert.equal(code, "file.unparsable");
  assert.equal(file, "f.yaml");
  assert.ok(message.startsWith(`f.yaml:${line}:${column}: `), message);
  assert.ok(!message.includes("\n"));
  return `${line}:${column}`;
}

Deno.test("parseYaml() takes all documents of a stream", () => {
  const parsed = parseYaml("a: 1\n---\nb: 2\n...\n---\n# nothing\n", "f.yaml");
  assert.ok(parsed.ok);
  assert.equal(parsed.value.documents.length, 3);
  for (const text of ["", "\n", "# only a comment", "\ufeffa: 1", "a: !vault x", "a: *later", "- !Ref x"]) {
    assert.equal(whereItFails(text), "parsed", JSON.stringify(text));
  }
});

Deno.test("parseYaml() says at which line and column a file breaks", () => {
  const cases: readonly (readonly [text: string, place: string])[] = [
    ["a: 1\nb: [1\nc: 2\n", "3:1"],
    ["a: 1\r\n\tb: 2\r\n", "2:1"],
    ["a: b: c\n", "1:4"],
    // The closing quote is missed where the text ends.
    ["a: 1\n---\nb: 'x\n", "4:1"],
    ["a: 1\n{{- if .Values.on }}\nb: 2\n{{- end }}\n", "2:1"],
    ["a: 1\nb: 2\na: 3\n", "3:1"],
    ["x:\n  - {a: 1, 'a': 2}\n", "2:12"],
  ];
  for (const [text, place] of cases) assert.equal(whereItFails(text), place, JSON.stringify(text));
});

Deno.test("parseYaml() lets equal keys stand in different mappings", () => {
  assert.equal(whereItFails("a: {k: 1}\nb: {k: 1}\nc: [{k: 1}, {k: 1}]\n1: x\n'1': y\n"), "parsed");
});

Deno.test("parseYaml() refuses control characters, which the lexer would take for marks of its own", () => {
  assert.equal(whereItFails("a: 1\nb: x\u0002y\n"), "2:5");
  assert.equal(whereItFails("a: 1\nb: x\u001fy\n"), "2:5");
  assert.equal(whereItFails("\u0000"), "1:1");
  assert.equal(whereItFails('a: "\u001b[31m"\n'), "1:5");
});

Deno.test("parseYaml() refuses what is nested too deeply, and never runs out of stack", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  assert.equal(whereItFails(`a: ${nested(150)}`), "parsed");
  for (const depth of [250, 900, 5000, 100_000]) {
    const parsed = parseYaml(`a: ${nested(depth)}`, "f.yaml");
    assert.match(parsed.ok ? "" : parsed.failure.message, /nested too deeply/, String(depth));
  }
  const blocks = Array.from({ length: 900 }, (_, level) => `${" ".repeat(level)}k:\n`).join("");
  const parsed = parseYaml(blocks, "f.yaml");
  assert.match(parsed.ok ? "" : parsed.failure.message, /nested too deeply/);
});

Deno.test("parseYaml() parses an alias bomb without expanding it", () => {
  const levels = "bcdefghijklmnop".split("");
  const bomb = levels.map((name, index) => {
    const before = index === 0 ? "a" : levels[index - 1];
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`;
  });
  assert.equal(whereItFails(`a: &a x\n${bomb.join("\n")}\n`), "parsed");
});

Deno.test("parseYaml() compares no key of a large mapping with every other one", () => {
  // With the library's own check this takes minutes; the budget of the whole suite would break.
  const text = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join("\n");
  assert.equal(whereItFails(text), "parsed");
  assert.equal(whereItFails(`${text}\nk7: 2\n`), "100001:1");
});
