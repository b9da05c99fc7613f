import assert from "node:assert/strict";
import { readBounded } from "../../../../src/daemon/http/bounded_body.ts";
import { idleClock } from "../../../fakes/idle_clock.ts";

function post(body: BodyInit): Request {
  return new Request("http://localhost/", { method: "POST", body });
}

Deno.test("readBounded() gives the bytes as they were sent", async () => {
  const bytes = await readBounded(post("Grüße"), idleClock());
  assert.equal(new TextDecoder().decode(bytes ?? new Uint8Array()), "Grüße");
  assert.equal((await readBounded(new Request("http://localhost/", { method: "POST" }), idleClock()))?.length, 0);
  await lastLook();
});

Deno.test("readBounded() gives up on a sender that stalls, after ten seconds", async () => {
  const clock = idleClock();
  let cancelled = false;
  const stalled = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    cancel: () => void (cancelled = true),
  });
  assert.equal(await readBounded(post(stalled), clock), null);
  assert.equal(clock.monotonic(), 10_000);
  assert.equal(cancelled, true);
  await lastLook();
});

Deno.test("readBounded() gives nothing when the sender breaks off", async () => {
  const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
  assert.equal(await readBounded(post(broken), idleClock()), null);
  await lastLook();
});

/** Of the clock, at its sleepers. */
function lastLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
