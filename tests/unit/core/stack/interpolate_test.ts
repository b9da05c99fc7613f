import assert from "node:assert/strict";
import { interpolate } from "../../../../src/core/stack/interpolate.ts";

const variables = new Map([["SET", "value"], ["EMPTY", ""], ["OTHER", "2"]]);

// Compose specification, chapter 12, "Interpolation".
for (
  const [text, expected] of [
    ["no variable", "no variable"],
    ["$SET-x", "value-x"],
    ["${SET}", "value"],
    ["${UNSET:-default}", "default"],
    ["${EMPTY:-default}", "default"],
    ["${EMPTY-default}", ""],
    ["${UNSET-default}", "default"],
    ["${SET:+other}", "other"],
    ["${UNSET:+other}", ""],
    ["${EMPTY+other}", "other"],
    ["${EMPTY:+other}", ""],
    ["${SET:?needed}", "value"],
    ["${UNSET:-${SET}/${OTHER}}", "value/2"],
    ["$$SET costs 1$$", "$SET costs 1$"],
    ["app:${SET}@${OTHER}", "app:value@2"],
  ] as const
) {
  Deno.test(`interpolate() makes ${JSON.stringify(expected)} of ${text}`, () => {
    assert.deepEqual(interpolate(text, variables), { text: expected, unset: [], error: null });
  });
}

Deno.test("interpolate() tells variables that nothing sets, and takes them for empty", () => {
  assert.deepEqual(interpolate("a${UNSET}b$GONE", variables), { text: "ab", unset: ["UNSET", "GONE"], error: null });
});

Deno.test("interpolate() tells a required variable that is empty or unset, with the words of the file", () => {
  assert.match(interpolate("${EMPTY:?set it in .env}", variables).error ?? "", /EMPTY is not set: set it in \.env/);
  assert.equal(interpolate("${EMPTY?set it}", variables).error, null);
});

for (const text of ["${", "${SET", "${SET:!x}", "$ 5", "${1}"]) {
  Deno.test(`interpolate() refuses ${text}`, () => {
    assert.notEqual(interpolate(text, variables).error, null);
  });
}

Deno.test("interpolate() refuses endless nesting and bears a long text", () => {
  assert.match(interpolate("${A:-".repeat(50) + "}".repeat(50), variables).error ?? "", /too deeply/);
  assert.equal(interpolate("$SET ".repeat(10_000), variables).text, "value ".repeat(10_000));
});
