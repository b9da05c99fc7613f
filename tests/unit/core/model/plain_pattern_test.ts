// Which patterns may run on the engine's own expressions: the same answer as RE2's, and no way to explode.
import assert from "node:assert/strict";
import { isPlainText, plainPattern } from "../../../../src/core/model/plain_pattern.ts";

Deno.test("plainPattern() translates what people mostly write", () => {
  const sources = [
    [
      "^v?\\d+\\.\\d+\\.\\d+$",
      "^v(?P<version>.*)$",
      "^main-[a-f0-9]+-(?P<ts>[0-9]+)",
      "^.*\\.sig$",
      "-alpine$",
      "",
      "^latest$",
    ],
    [
      "^(?<major>[0-9]+)(?:-(?:ls|r)([0-9]+))?$",
      "^[0-9]{4}\\.[0-9]{1,2}$",
      "alpha|beta|rc",
      "^(?:v|release-)?[0-9.]+$",
    ],
  ].flat();
  for (const source of sources) assert.notEqual(plainPattern(source), null, source);
  assert.equal(plainPattern("^v(?P<a>.)(?<b>.)$")?.source, "^v(.)(.)$");
});

Deno.test("plainPattern() leaves alone what could explode", () => {
  const sources = [
    "(a+)+$",
    "(a|a)*$",
    "^a*a*a*b",
    "^.*.*x$",
    ".*-alpine$",
    "^(\\d+)*x",
    "^(a|b)(a|b)(a|b)(a|b)$",
    "x*x?x$",
  ];
  for (const source of sources) assert.equal(plainPattern(source), null, source);
});

Deno.test("plainPattern() leaves alone what the engines read differently", () => {
  const sources = [
    [
      "(?i)a",
      "(?U)a+",
      "\\pL",
      "[[:digit:]]",
      "\\Qa\\E",
      "\\x61",
      "\\101",
      "[]a]",
      "[^]a]",
      "\\Aa\\z",
      "\\bA",
      "\\s",
      "a{,5}",
    ],
    [
      "^a|b",
      "a|b$",
      "(^a)",
      "a$b",
      "(a*)?b",
      "(a?|b)??",
      "(a)*",
      "(a){2}",
      "é",
      "[é]",
      "(?P<é>a)",
      "[a-\\d]",
      "[a-c-e]",
    ],
  ].flat();
  for (const source of sources) assert.equal(plainPattern(source), null, source);
});

Deno.test("isPlainText() takes printable ASCII as long as most tags are", () => {
  for (const text of ["", "1.2.3", "a".repeat(48), " ~"]) assert.ok(isPlainText(text), text);
  for (const text of ["é", "a\nb", "\u{1f600}", "a".repeat(49), "\x7f"]) assert.ok(!isPlainText(text), text);
});
