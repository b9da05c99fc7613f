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

Deno.test("secretValues() takes a file that is not what it says for one text", () => {
  assert.deepEqual(valuesOf("yaml", "a: [broken-word"), ["a: [broken-word"]);
});
