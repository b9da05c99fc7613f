import assert from "node:assert/strict";
import { createSeenDeliveries } from "../../../../src/daemon/http/seen_deliveries.ts";
import { manualClock } from "../../../fakes/manual_clock.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("seenBefore() remembers for an hour, by kind and bytes", () => {
  const clock = manualClock();
  const seen = createSeenDeliveries(clock);
  assert.equal(seen.seenBefore("quay", bytes("a")), false);
  assert.equal(seen.seenBefore("quay", bytes("a")), true);
  assert.equal(seen.seenBefore("harbor", bytes("a")), false);
  assert.equal(seen.seenBefore("quay", bytes("b")), false);
  seen.forget("quay", bytes("b"));
  assert.equal(seen.seenBefore("quay", bytes("b")), false);
  clock.advance(3_600_000);
  assert.equal(seen.seenBefore("quay", bytes("a")), false);
});

Deno.test("seenBefore() lets the oldest go when there are too many, so that memory stays bounded", () => {
  const seen = createSeenDeliveries(manualClock());
  for (let at = 0; at < 10_001; at++) assert.equal(seen.seenBefore("quay", bytes(String(at))), false);
  assert.equal(seen.seenBefore("quay", bytes("10000")), true);
  assert.equal(seen.seenBefore("quay", bytes("0")), false);
});
