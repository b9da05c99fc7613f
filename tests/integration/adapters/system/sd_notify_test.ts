// sd_notify against a real socket, which another process listens on.
import assert from "node:assert/strict";
import { sdNotify } from "../../../../src/adapters/system/sd_notify.ts";

Deno.test("sdNotify() is nobody without an address, or with one that is none", () => {
  for (const env of [{}, { NOTIFY_SOCKET: "" }, { NOTIFY_SOCKET: "relative" }, { NOTIFY_SOCKET: "/" }]) {
    assert.equal(sdNotify(env), null);
  }
});

Deno.test("sdNotify() takes over the watchdog only where it is meant for this process", () => {
  const watchdog = (env: Readonly<Record<string, string>>): number | null | undefined =>
    sdNotify({ NOTIFY_SOCKET: "/run/x", ...env })?.watchdogSeconds;
  assert.equal(watchdog({}), null);
  assert.equal(watchdog({ WATCHDOG_USEC: "30000000" }), 30);
  assert.equal(watchdog({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(Deno.pid) }), 30);
  assert.equal(watchdog({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }), null);
  for (const wrong of ["0", "-1", "x", "1.5"]) assert.equal(watchdog({ WATCHDOG_USEC: wrong }), null, wrong);
});

Deno.test("sdNotify() bears that nobody listens", async () => {
  await sdNotify({ NOTIFY_SOCKET: "/nowhere/notify" })?.notify("READY=1");
});
