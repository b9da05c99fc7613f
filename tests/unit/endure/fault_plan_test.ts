import assert from "node:assert/strict";
import { type Lane, lanes, planFaults } from "../../endure/fault_plan.ts";

const minute = 60_000;

Deno.test("the same seed plans the same faults, another one others", () => {
  assert.deepEqual(planFaults(7, minute), planFaults(7, minute));
  assert.notDeepEqual(planFaults(7, minute), planFaults(8, minute));
});

Deno.test("ten minutes hold every fault, whatever the seed, and half a minute most of them", () => {
  const all = Object.entries(lanes).flatMap(([lane, kinds]) => kinds.map((kind) => `${lane} ${kind}`));
  for (let seed = 0; seed < 50; seed++) {
    const names = (length: number) => new Set(planFaults(seed, length).map(({ lane, kind }) => `${lane} ${kind}`));
    assert.deepEqual(names(10 * minute), new Set(all));
    assert.ok(names(minute / 2).size >= all.length * 0.8, `seed ${seed}: ${names(minute / 2).size} of ${all.length}`);
  }
});

Deno.test("faults of one lane never overlap, some of two lanes do, and all end before the last tenth", () => {
  const plan = planFaults(7, 10 * minute);
  for (const lane of Object.keys(lanes) as Lane[]) {
    const own = plan.filter((fault) => fault.lane === lane);
    own.reduce((end, { from, until }) => {
      assert.ok(from > end && until > from);
      return until;
    }, 0);
  }
  assert.ok(plan.some((one, at) => (plan[at + 1]?.from ?? Infinity) < one.until));
  assert.ok(plan.every(({ until }) => until <= 9 * minute));
});
