// When GitHub wants to be asked again.
import type { Time } from "../../core/model/time.ts";

// A day of waiting is nonsense, whoever says it.
const longest = 86_400_000;

/** By `Retry-After` in seconds, else by `X-RateLimit-Reset`; null where neither says it or says nonsense. */
export function waitUntil(headers: Headers, now: Time): Time | null {
  const after = headers.get("retry-after") ?? "";
  const reset = headers.get("x-ratelimit-reset") ?? "";
  if (/^\d{1,9}$/.test(after)) return sensible(Number(after) * 1000, now);
  if (!/^\d{9,11}$/.test(reset)) return null;
  // The end of the window is told by the server's clock.
  const server = Date.parse(headers.get("date") ?? "");
  return sensible(Number(reset) * 1000 - (Number.isNaN(server) ? now : server), now);
}

function sensible(wait: number, now: Time): Time | null {
  return wait > longest ? null : now + Math.max(0, wait);
}
