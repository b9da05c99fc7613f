import assert from "node:assert/strict";
import { latestDue, nextDue, parseCron, type Schedule } from "../../../../src/core/model/schedule.ts";

const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => new Date(time).toISOString();
const hourly: Schedule = { everySeconds: 3600, timeZone: "UTC", jitterSeconds: 0 };

function cron(pattern: string, timeZone = "Europe/Prague", jitterSeconds = 0): Schedule {
  return { cron: pattern, timeZone, jitterSeconds };
}

Deno.test("nextDue() of an interval is at once without a run, else a whole interval after the last", () => {
  const now = at("2026-01-20T12:00:00Z");
  assert.equal(nextDue(hourly, now, null, 0), now);
  assert.equal(iso(nextDue(hourly, now, at("2026-01-20T11:30:00Z"), 0)), "2026-01-20T12:30:00.000Z");
  assert.equal(nextDue(hourly, now, at("2026-01-19T11:30:00Z"), 0), now);
});

Deno.test("nextDue() of an interval does not wait for a run that a wrong clock put into the future", () => {
  const now = at("2026-01-20T12:00:00Z");
  assert.equal(nextDue(hourly, now, at("2031-01-01T00:00:00Z"), 0), now);
});

Deno.test("nextDue() puts off by the share of the jitter that chance says, for both kinds", () => {
  const now = at("2026-01-20T12:00:00Z");
  const every: Schedule = { ...hourly, jitterSeconds: 600 };
  assert.equal(iso(nextDue(every, now, now, 0.5)), "2026-01-20T13:05:00.000Z");
  assert.equal(iso(nextDue(cron("0 4 * * 1", "UTC", 60), now, null, 0.5)), "2026-01-26T04:00:30.000Z");
});

Deno.test("nextDue() of a pattern keeps to local time over both changes of the clocks", () => {
  const days = (from: string): readonly string[] => {
    let now = at(from);
    return [1, 2, 3].map(() => iso(now = nextDue(cron("0 4 * * *"), now, null, 0)));
  };
  // Prague goes from UTC+1 to UTC+2 on 29 March, and back on 25 October 2026.
  assert.deepEqual(days("2026-03-27T12:00:00Z"), [
    "2026-03-28T03:00:00.000Z",
    "2026-03-29T02:00:00.000Z",
    "2026-03-30T02:00:00.000Z",
  ]);
  assert.deepEqual(days("2026-10-23T12:00:00Z"), [
    "2026-10-24T02:00:00.000Z",
    "2026-10-25T03:00:00.000Z",
    "2026-10-26T03:00:00.000Z",
  ]);
});

Deno.test("nextDue() of a pattern runs once on the day whose hour is left out, and once where it comes twice", () => {
  const runs = (from: string, until: string): readonly string[] => {
    const found: string[] = [];
    for (let now = nextDue(cron("30 2 * * *"), at(from), null, 0); now < at(until);) {
      found.push(iso(now));
      now = nextDue(cron("30 2 * * *"), now, null, 0);
    }
    return found;
  };
  assert.deepEqual(runs("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), ["2026-03-29T01:00:00.000Z"]);
  assert.deepEqual(runs("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), ["2026-10-25T00:30:00.000Z"]);
});

Deno.test("nextDue() of a pattern makes up for no time that was missed", () => {
  const now = at("2026-01-20T12:00:00Z");
  assert.equal(iso(nextDue(cron("0 4 * * 1"), now, at("2025-12-01T00:00:00Z"), 0)), "2026-01-26T03:00:00.000Z");
});

Deno.test("latestDue() bounds what nextDue() can give from the same moment", () => {
  const now = at("2026-01-20T12:00:00Z");
  for (const schedule of [{ ...hourly, jitterSeconds: 60 }, cron("*/5 * * * *", "UTC", 60)]) {
    for (const chance of [0, 0.5, 0.999]) {
      assert.ok(nextDue(schedule, now, now, chance) <= latestDue(schedule, now));
    }
  }
});

for (
  const [pattern, why] of [
    ["* * * * * *", "has 6 parts"],
    ["0 25 * * *", "hour"],
    ["x", "no cron pattern"],
    ["", "no cron pattern"],
    ["0 0 31 2 *", "never comes due"],
    ["1,".repeat(100) + "1 * * * *", "too long"],
  ] as const
) {
  Deno.test(`parseCron() refuses "${pattern.slice(0, 20)}"`, () => {
    const parsed = parseCron(pattern);
    assert.ok(!parsed.ok);
    assert.equal(parsed.failure.code, "config.invalid_value");
    assert.match(parsed.failure.message, new RegExp(why));
  });
}

Deno.test("parseCron() takes five fields with names and lists", () => {
  for (const pattern of ["0 4 * * 1", "*/15 0-6 * * MON,THU", "0 0 29 2 *"]) assert.ok(parseCron(pattern).ok, pattern);
});
