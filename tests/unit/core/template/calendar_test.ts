import assert from "node:assert/strict";
import { isTimeZone, timeFunctions, writesWeekByLayout } from "../../../../src/core/template/calendar.ts";

function at(time: string, zone = "UTC"): (name: string, ...args: string[]) => unknown {
  const functions = timeFunctions(Date.parse(time), zone);
  return (name, ...args) => functions[name]?.(args);
}

// Dates of the ISO 8601 week calendar around new years; 2026 has 53 weeks.
const weeks: readonly (readonly [date: string, year: string, week: string])[] = [
  ["2026-01-20", "2026", "04"],
  ["2025-12-29", "2026", "01"],
  ["2026-12-28", "2026", "53"],
  ["2027-01-03", "2026", "53"],
  ["2027-01-04", "2027", "01"],
  ["2024-12-30", "2025", "01"],
  ["2021-01-03", "2020", "53"],
];

for (const [date, year, week] of weeks) {
  Deno.test(`isoYear and isoWeek of ${date} are ${year} and ${week}`, () => {
    const call = at(`${date}T12:00:00Z`);
    assert.deepEqual([call("isoYear"), call("isoWeek")], [year, week]);
  });
}

Deno.test("isoWeek is that of the time zone", () => {
  assert.equal(at("2026-01-18T23:30:00Z")("isoWeek"), "03");
  assert.equal(at("2026-01-18T23:30:00Z", "Europe/Prague")("isoWeek"), "04");
});

Deno.test("now writes Go's layouts", () => {
  const call = at("2026-03-05T17:04:09Z", "Europe/Prague");
  assert.equal(call("now", "Mon, 02 Jan 2006 15:04:05 -0700"), "Thu, 05 Mar 2026 18:04:09 +0100");
  assert.equal(call("now", "2006-01-02T15:04:05Z07:00"), "2026-03-05T18:04:09+01:00");
  assert.equal(call("now", "Monday January _2 3:4:5 PM 06"), "Thursday March  5 6:4:9 PM 26");
  assert.equal(at("2026-03-05T00:00:00Z")("now", "03:04pm Z07:00 MST"), "12:00am Z UTC");
});

Deno.test("now understands w02 as the ISO week, with the week's year", () => {
  assert.equal(at("2026-01-20T12:00:00Z")("now", "2006-w02"), "2026-w04");
  assert.equal(at("2027-01-02T12:00:00Z")("now", "2006-w02"), "2026-w53");
  assert.ok(writesWeekByLayout('image-updates/{{ now "2006-w02" }}'));
  assert.ok(!writesWeekByLayout('image-updates/{{ now "2006-01-02" }}'));
});

Deno.test("isTimeZone() knows the machine's time zones", () => {
  assert.ok(isTimeZone("Europe/Prague"));
  assert.ok(!isTimeZone("Europe/Praha"));
});
