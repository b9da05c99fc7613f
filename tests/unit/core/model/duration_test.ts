import assert from "node:assert/strict";
import { formatDuration, parseDuration } from "../../../../src/core/model/duration.ts";

Deno.test("parseDuration() reads the forms of the configuration as whole seconds", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["0s", 0],
    ["90s", 90],
    ["10m", 600],
    ["1h30m", 5400],
    ["3d", 259_200],
    ["1w", 604_800],
    ["1m1m", 120],
    ["36500d", 3_153_600_000],
  ];
  for (const [text, seconds] of cases) assert.deepEqual(parseDuration(text), { ok: true, value: seconds }, text);
});

Deno.test("parseDuration() refuses everything else, with a cure", () => {
  for (const text of ["", "10", "m", "1.5h", "-1h", "1 h", "1H", "1y", "10ms", "1h ", "1h\n", "1234567890s", "٣d"]) {
    const parsed = parseDuration(text);
    assert.ok(!parsed.ok, text);
    assert.equal(parsed.failure.code, "config.invalid_value");
    assert.match(parsed.failure.cure ?? "", /1h30m/);
  }
});

Deno.test("parseDuration() refuses what would lead out of the calendar", () => {
  for (const text of ["36501d", "999999999w", "999999999w999999999w"]) {
    const parsed = parseDuration(text);
    assert.match(parsed.ok ? "" : parsed.failure.message, /hundred years/, text);
  }
});

Deno.test("parseDuration() says no more than a line of a text that is far too long", () => {
  const parsed = parseDuration("1s".repeat(1_000_000));
  assert.ok(!parsed.ok && parsed.failure.message.length < 200);
});

Deno.test("formatDuration() writes the largest units first", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [59.9, "59s"],
    [5400, "1h30m"],
    [86_400, "1d"],
    [694_861, "1w1d1h1m1s"],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});
