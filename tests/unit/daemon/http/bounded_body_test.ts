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

Deno.test("readBounded() waits ten seconds for a body whose length is told, and takes no larger one", async () => {
  const clock = idleClock();
  const told = (length: number, body: BodyInit): Request =>
    new Request("http://localhost/", { method: "POST", body, headers: { "content-length": String(length) } });
  assert.equal((await readBounded(told(3, "all"), clock))?.length, 3);
  assert.equal((await readBounded(told(1024 * 1024, new Uint8Array(1024 * 1024)), clock))?.length, 1024 * 1024);
  assert.equal(await readBounded(told(1024 * 1024 + 1, "x"), clock), null);
  assert.equal(await readBounded(told(1, new Uint8Array(1024 * 1024 + 1)), clock), null);
  assert.equal(clock.monotonic(), 0);
  assert.equal(await readBounded(told(3, new ReadableStream()), clock), null);
  assert.equal(clock.monotonic(), 10_000);
  await lastLook();
});

Deno.test("readBounded() gives nothing when the sender breaks off", async () => {
  const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
  assert.equal(await readBounded(post(broken), idleClock()), null);
  const headers = { "content-length": "3" };
  const sooner = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
  const request = new Request("http://localhost/", { method: "POST", body: sooner, headers });
  assert.equal(await readBounded(request, idleClock()), null);
  await lastLook();
});

/** Of the clock, at its sleepers. */
function lastLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
