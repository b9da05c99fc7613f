import assert from "node:assert/strict";
import { beginningOf, isPostDated } from "../../../../src/core/policy/age.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const day = 86_400_000;
const seen = { firstSeen: testNow - 2 * day, pushedAt: null, created: null };

Deno.test("beginningOf() is our own first sight when nothing earlier may be believed", () => {
  const sighting = { since: testNow - 2 * day, by: "sighting" };
  assert.deepEqual(beginningOf(seen, false, testNow), sighting);
  assert.deepEqual(beginningOf({ ...seen, pushedAt: testNow - day }, false, testNow), sighting, "a later push");
  assert.deepEqual(beginningOf({ ...seen, pushedAt: testNow + day }, false, testNow), sighting, "a push to come");
  assert.deepEqual(beginningOf({ ...seen, pushedAt: 0 }, false, testNow), sighting, "a registry that keeps no time");
});

Deno.test("beginningOf() is the server time of the digest when that is earlier", () => {
  const pushedAt = testNow - 5 * day;
  assert.deepEqual(beginningOf({ ...seen, pushedAt }, false, testNow), { since: pushedAt, by: "registry" });
});

Deno.test("beginningOf() believes the builder only where the policy says so, and never a fake of 1970", () => {
  const created = testNow - 900 * day;
  assert.equal(beginningOf({ ...seen, created }, false, testNow)?.by, "sighting");
  assert.deepEqual(beginningOf({ ...seen, created }, true, testNow), { since: created, by: "builder" });
  assert.equal(beginningOf({ ...seen, created: 0 }, true, testNow)?.by, "sighting");
  assert.equal(beginningOf({ ...seen, created: testNow - day }, true, testNow)?.by, "sighting");
});

Deno.test("beginningOf() is not known for what was never seen, or was seen in the future", () => {
  const pushedAt = testNow - 9 * day;
  assert.equal(beginningOf({ firstSeen: null, pushedAt, created: pushedAt }, true, testNow), null);
  assert.equal(beginningOf({ firstSeen: testNow + 1, pushedAt, created: pushedAt }, true, testNow), null);
});

Deno.test("isPostDated() is a builder's date after our first sight, with ten minutes for clocks that differ", () => {
  const firstSeen = testNow;
  assert.equal(isPostDated({ firstSeen, pushedAt: null, created: testNow + 600_000 }), false);
  assert.equal(isPostDated({ firstSeen, pushedAt: null, created: testNow + 600_001 }), true);
  assert.equal(isPostDated({ firstSeen: null, pushedAt: null, created: testNow }), false);
  assert.equal(isPostDated({ firstSeen, pushedAt: null, created: null }), false);
});
