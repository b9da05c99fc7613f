import assert from "node:assert/strict";
import { createTimetable, type Timetable } from "../../../src/daemon/timetable.ts";
import { testNow } from "../../fakes/manual_clock.ts";

function tableAt(clock: { now: number }): Timetable {
  return createTimetable({
    clock: { now: () => clock.now, monotonic: () => 0, sleep: () => Promise.resolve() },
    random: { number: () => 0, hex: () => "" },
    schedule: { everySeconds: 3600, timeZone: "UTC", jitterSeconds: 0 },
    lastRun: testNow,
    onPlan: () => {},
  });
}

Deno.test("due() comes at its time, and at once when the clock leaps ahead", () => {
  const clock = { now: testNow };
  const table = tableAt(clock);
  assert.equal(table.due(), null);
  clock.now = testNow + 3_599_999;
  assert.equal(table.due(), null);
  clock.now = testNow + 3_600_000;
  assert.equal(table.due(), "schedule");
});

Deno.test("due() does not wait for years when the clock is set back by years", () => {
  const clock = { now: testNow };
  const table = tableAt(clock);
  clock.now = testNow - 3 * 365 * 86_400_000;
  assert.equal(table.due(), "schedule");
});

Deno.test("ask() makes it due until a pass begins, and once more when asked meanwhile", () => {
  const table = tableAt({ now: testNow });
  const outcome = { result: "nothing", retryAt: null, message: null, schedule: null } as const;
  table.ask("request");
  assert.equal(table.due(), "request");
  table.begin();
  table.ask("reload");
  table.ended(outcome, testNow, false);
  assert.equal(table.due(), "reload");
  table.begin();
  table.ended(outcome, testNow, false);
  assert.equal(table.due(), null);
});
