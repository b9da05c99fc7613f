// The ways in which registries say when to come back.
import assert from "node:assert/strict";
import { readRetryAfter } from "../../../../src/adapters/registry/retry_after.ts";

const now = Date.UTC(2026, 9, 21, 7, 28, 0);
const seconds = now / 1000;

Deno.test("readRetryAfter() reads every form, and nonsense as nothing", async (t) => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, string, number | null])[] = [
    [{ "Retry-After": "30" }, "", 30_000],
    [{ "Retry-After": "0" }, "", 0],
    [{ "Retry-After": "86400" }, "", 86_400_000],
    [{ "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT" }, "", 30_000],
    [{ "Retry-After": "Wed, 21 Oct 2026 07:00:00 GMT" }, "", 0],
    [{ "X-Retry-After": String(seconds + 90) }, "", 90_000],
    [{ "X-Retry-After": String(now + 5000) }, "", 5000],
    [{ "X-Retry-After": String(seconds - 90) }, "", 0],
    [{ "X-RateLimit-Reset": String(seconds + 7) }, "", 7000],
    [{}, "toomanyrequests: retry-after: 1.16ms, allowed: 44000/minute", 2],
    [{}, "toomanyrequests: retry-after: 90000.5ms, allowed: 44000/minute", 90_001],
    [{}, "toomanyrequests: retry-after: 3.2s, allowed: 44000/minute", 3200],
    [{ "Retry-After": "2" }, "retry-after: 9s", 2000],
    [{ "Retry-After": "-5" }, "", null],
    [{ "Retry-After": "1.5" }, "", null],
    [{ "Retry-After": "99999999999999999999" }, "", null],
    [{ "Retry-After": "99999999" }, "", null],
    [{ "X-Retry-After": "253402300799" }, "", null],
    [{ "Retry-After": "soon" }, "", null],
    [{ "Retry-After": "Infinity" }, "", null],
    [{}, "retry-after: tomorrow", null],
    [{}, "", null],
  ];
  for (const [headers, body, expected] of cases) {
    await t.step(JSON.stringify([headers, body]), () => {
      assert.equal(readRetryAfter(new Headers(headers), body, now, true), expected);
    });
  }
});

Deno.test("readRetryAfter() counts the end of a window only where the window is used up", () => {
  const reset = { "X-RateLimit-Reset": String(seconds + 7) };
  assert.equal(readRetryAfter(new Headers(reset), "", now, false), null);
  assert.equal(readRetryAfter(new Headers({ ...reset, "X-RateLimit-Remaining": "55" }), "", now, false), null);
  assert.equal(readRetryAfter(new Headers({ ...reset, "X-RateLimit-Remaining": "0" }), "", now, false), 7000);
  assert.equal(readRetryAfter(new Headers({ ...reset, "Retry-After": "2" }), "", now, true), 2000);
});
