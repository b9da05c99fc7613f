import assert from "node:assert/strict";
import { isOpen, nextOpening, parseClockTime, type Window } from "../../../../src/core/model/window.ts";

const night: Window = { days: ["fri", "sat"], from: 22 * 60, to: 4 * 60, timeZone: "Europe/Berlin" };

for (
  const [time, open] of [
    // Friday 20 November 2026; Berlin is one hour ahead.
    ["2026-11-20T20:59:00Z", false],
    ["2026-11-20T21:00:00Z", true],
    ["2026-11-21T02:59:00Z", true],
    ["2026-11-21T03:00:00Z", false],
    ["2026-11-22T02:30:00Z", true],
    ["2026-11-22T21:30:00Z", false],
  ] as const
) {
  Deno.test(`isOpen() is ${open} at ${time} for a night that begins on Friday or Saturday`, () => {
    assert.equal(isOpen([night], Date.parse(time)), open);
  });
}

Deno.test("isOpen() is always open without windows", () => assert.equal(isOpen([], 0), true));

Deno.test("nextOpening() finds the very minute, and now when it is open", () => {
  assert.equal(nextOpening([night], Date.parse("2026-11-18T12:34:56Z")), Date.parse("2026-11-20T21:00:00Z"));
  const inside = Date.parse("2026-11-20T22:00:10Z");
  assert.equal(nextOpening([night], inside), inside);
  assert.equal(nextOpening([{ ...night, days: [] }], inside), null);
});

Deno.test("parseClockTime() reads hours and minutes", () => {
  assert.deepEqual(["00:00", "23:59", "24:00", "24:01", "7:00", "x"].map(parseClockTime), [
    0,
    1439,
    1440,
    null,
    null,
    null,
  ]);
});

Deno.test("nextOpening() finds a window that is open for a few minutes only, before and over midnight", () => {
  const short: Window = { days: ["tue"], from: 3 * 60 + 5, to: 3 * 60 + 7, timeZone: "UTC" };
  assert.equal(nextOpening([short], Date.parse("2026-11-21T12:00:00Z")), Date.parse("2026-11-24T03:05:00Z"));
  const midnight: Window = { days: ["tue"], from: 23 * 60 + 59, to: 1, timeZone: "UTC" };
  assert.equal(nextOpening([midnight], Date.parse("2026-11-21T12:00:00Z")), Date.parse("2026-11-24T23:59:00Z"));
});
