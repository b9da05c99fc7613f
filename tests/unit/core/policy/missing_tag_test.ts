import assert from "node:assert/strict";
import { isGone } from "../../../../src/core/policy/missing_tag.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const hours = (count: number): number => testNow - count * 3_600_000;

Deno.test("isGone() needs three looks in three hours", () => {
  assert.equal(isGone({ since: hours(3), looks: 3 }, testNow), true);
  assert.equal(isGone({ since: hours(100), looks: 2 }, testNow), false);
  assert.equal(isGone({ since: hours(3) + 1, looks: 100 }, testNow), false);
  assert.equal(isGone({ since: testNow + 1, looks: 3 }, testNow), false);
});
