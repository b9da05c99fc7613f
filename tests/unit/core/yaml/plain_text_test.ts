import assert from "node:assert/strict";
import { isPlainText } from "../../../../src/core/yaml/plain_text.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

Deno.test("isPlainText() lets every usual image and version stand plain", () => {
  for (
    const text of [
      "v1.2.3",
      "1.2.3",
      "1.37-alpine",
      "latest",
      "nginx",
      "nginx:1.10",
      "ghcr.io/you/app:1.4.2",
      `reg:5000/x@${digest}`,
      `reg:5000/x:1@${digest}`,
      `1.10@${digest}`,
      digest,
      "2026.11.21",
      "2026-11-21-slim",
      "_1",
      "a_b",
      "3.12.4.0",
    ]
  ) {
    assert.ok(isPlainText(text, false), text);
    assert.ok(isPlainText(text, true), `${text} in flow`);
  }
});

Deno.test("isPlainText() wants quotes for what some reader takes for a number, a truth or a date", () => {
  for (
    const text of [
      "1.10",
      "1",
      "-1",
      "yes",
      "Yes",
      "no",
      "on",
      "off",
      "y",
      "N",
      "true",
      "TRUE",
      "null",
      "Null",
      "~",
      "",
      "0777",
      "08",
      "0o17",
      "0x1F",
      "0X1F",
      "0b101",
      "0B101",
      "1_000",
      "1_000.5",
      "12:30:45",
      "190:20:30.15",
      "2026-11-21",
      "2026-1-2",
      "1e3",
      "1E3",
      "1.5e+3",
      "1234e56",
      "1.",
      ".5",
      ".inf",
      ".NaN",
    ]
  ) {
    assert.ok(!isPlainText(text, false), text);
    assert.ok(!isPlainText(text, true), `${text} in flow`);
  }
});

Deno.test("isPlainText() wants quotes where the text would be cut or become something else", () => {
  for (
    const text of [
      "a: b",
      "a #b",
      "a:",
      "- a",
      "*a",
      "&a",
      "!a",
      "|",
      ">",
      "'a'",
      '"a"',
      "%a",
      "@a",
      "`a",
      "#a",
      " a",
      "a ",
      "a\nb",
      "---",
      "?",
      "{a",
      "[a",
    ]
  ) {
    assert.ok(!isPlainText(text, false), JSON.stringify(text));
  }
});

Deno.test("isPlainText() lets brackets and commas stand in a block only", () => {
  for (const text of ["a,b", "a]b", "a}b", "a[b", "a{b"]) {
    assert.ok(isPlainText(text, false), text);
    assert.ok(!isPlainText(text, true), `${text} in flow`);
  }
});
