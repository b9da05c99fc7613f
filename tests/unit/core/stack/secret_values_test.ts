import assert from "node:assert/strict";
import type { SecretFormat } from "../../../../src/core/model/stack.ts";
import { secretValues } from "../../../../src/core/stack/secret_values.ts";

function valuesOf(format: SecretFormat, text: string): readonly string[] {
  return secretValues(format, new TextEncoder().encode(text)).map((secret) => secret.reveal());
}

Deno.test("secretValues() finds the values of each format, not its keys", () => {
  assert.deepEqual(valuesOf("dotenv", "USER=postgres\nWORD='hunter two'\n# comment\nON=true\nPORT=5432\n"), [
    "postgres",
    "hunter two",
  ]);
  assert.deepEqual(
    valuesOf("yaml", "db:\n  word: hunter\n  list: [first-word, 12]\n  key: |\n    line-one\n    line-two\n"),
    [
      "hunter",
      "first-word",
      "line-one\nline-two",
      "line-one",
      "line-two",
    ],
  );
  assert.deepEqual(valuesOf("json", '{"word": "hunter", "more": {"a": "other-word"}}'), ["hunter", "other-word"]);
  assert.deepEqual(valuesOf("ini", "[db]\nword = hunter\n; comment = x\n"), ["hunter"]);
  assert.deepEqual(valuesOf("binary", "whole-word\nsecond-line\n"), [
    "whole-word\nsecond-line",
    "whole-word",
    "second-line",
  ]);
});

Deno.test("secretValues() finds what programs may read otherwise than by the simple form", () => {
  const dotenv =
    `MY-KEY=dashed-word\nmy.key=dotted-word\nA=abcd # after-word\nKEY="first-line\nsecond-line==\nlast-line"\n`;
  const found = valuesOf("dotenv", dotenv);
  for (const word of ["dashed-word", "dotted-word", "abcd # after-word", "first-line", "second-line==", "last-line"]) {
    assert.ok(found.includes(word), word);
  }
  // As sops 3.8 gives back what was quoted in different ways.
  const ini = '[a]\nquoted   = "one word"\nticked = `two words`\nlong = """first-line\nlast-line"""\n';
  assert.deepEqual(valuesOf("ini", ini), ["one word", "two words", "first-line", "last-line"]);
});

Deno.test("secretValues() takes a file that is not what it says for one text", () => {
  assert.deepEqual(valuesOf("yaml", "a: [broken-word"), ["a: [broken-word"]);
});
