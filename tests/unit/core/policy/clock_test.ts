import assert from "node:assert/strict";
import { clockFault, notBefore } from "../../../../src/core/policy/clock.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

Deno.test("clockFault() allows ten minutes behind the newest time of the state, and no more", () => {
  assert.equal(clockFault(testNow, testNow - 1), null);
  assert.equal(clockFault(testNow, testNow + 600_000), null);
  assert.equal(
    clockFault(testNow, testNow + 600_001),
    "the clock shows 2026-01-20T12:00:00Z, before the newest time in the state (2026-01-20T12:10:00Z)",
  );
});

Deno.test("clockFault() knows a clock that starts in 1970 also in an empty state", () => {
  assert.equal(clockFault(testNow, null), null);
  assert.match(clockFault(3_600_000, null) ?? "", /1970-01-01T01:00:00Z, before this program was written/);
});

Deno.test("notBefore() never goes behind the state, so that a sighting by a wrong clock does not look old later", () => {
  assert.equal(notBefore(testNow, testNow - 5), testNow);
  assert.equal(notBefore(testNow, testNow + 5), testNow + 5);
  assert.equal(notBefore(testNow, null), testNow);
  assert.equal(notBefore(0, null), Date.UTC(2026, 0, 1));
  assert.equal(notBefore(0, 7), Date.UTC(2026, 0, 1));
});
