import assert from "node:assert/strict";
import type { Automation } from "../../../../src/core/model/automation.ts";
import {
  afterTurns,
  isDue,
  keepLaneRuns,
  keptLaneRuns,
  type LaneRuns,
  nextAutomation,
} from "../../../../src/core/plan/lane_turns.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const minute = 60_000;
const every = (key: string, intervalSeconds: number, suspended = false): Automation =>
  ({ key, intervalSeconds, suspended }) as Automation;

/** A store of one table, as far as it matters here. */
function notes(): { meta(name: string): string | null; setMeta(name: string, value: string): void } {
  const kept = new Map<string, string>();
  return { meta: (name) => kept.get(name) ?? null, setMeta: (name, value) => void kept.set(name, value) };
}

Deno.test("isDue() counts from the automation's own last run, once a minute at most", () => {
  const lastRuns = new Map([["a", { everySeconds: 600, lastRun: testNow }]]);
  const at = (minutes: number, seconds: number): boolean =>
    isDue(every("a", seconds), { lastRuns, now: testNow + minutes * minute });
  assert.equal(at(9.99, 600), false);
  assert.equal(at(10, 600), true);
  // What git says now counts, not what it said then.
  assert.equal(at(5, 300), true);
  assert.equal(at(0.5, 1), false);
  assert.equal(at(1, 0), true);
  assert.equal(isDue(every("new", 600), { lastRuns, now: testNow }), true);
  assert.equal(at(-60, 600), true, "noted by a clock that was ahead");
});

Deno.test("afterTurns() begins the interval of who ran anew, keeps the others', forgets who is gone", () => {
  const [a, b, gone] = [every("a", 600), every("b", 1), every("gone", 600)];
  const before = afterTurns(none, { update: true, automations: new Set([a, b, gone]) }, [a, b, gone], testNow);
  const later = testNow + 10 * minute;
  const after = afterTurns(before, { update: false, automations: new Set([b]) }, [a, b, every("s", 60, true)], later);
  assert.deepEqual(after, {
    update: testNow,
    automations: new Map([
      ["a", { everySeconds: 600, lastRun: testNow }],
      ["b", { everySeconds: 60, lastRun: later }],
    ]),
  });
  assert.equal(nextAutomation(after, later), testNow + 10 * minute);
  assert.equal(nextAutomation(none, later), null);
});

Deno.test("keepLaneRuns() keeps what keptLaneRuns() reads, and damage is forgotten", () => {
  const store = notes();
  assert.deepEqual(keptLaneRuns(store), none);
  const runs: LaneRuns = { update: testNow, automations: new Map([["a:b", { everySeconds: 60, lastRun: testNow }]]) };
  keepLaneRuns(store, runs);
  assert.deepEqual(keptLaneRuns(store), runs);
  for (
    const damaged of [
      "",
      "{",
      "null",
      "[]",
      '{"automations":{"a":null}}',
      '{"automations":{"a":[1,"x"]}}',
      '{"update":3}',
    ]
  ) {
    store.setMeta("lanes", damaged);
    assert.deepEqual(keptLaneRuns(store), none, damaged);
  }
});

const none: LaneRuns = { update: null, automations: new Map() };
