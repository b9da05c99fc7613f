// Whether the clock can be right: a Pi without a battery starts in 1970, and ages by such a clock mean nothing.
import { formatTime, type Time } from "../model/time.ts";

const slack = 10 * 60_000;
// This program did not exist before.
const earliest = Date.UTC(2026, 0, 1);

/** Why no age may be told by this clock, or null. `newest` is the newest moment that the state holds. */
export function clockFault(now: Time, newest: Time | null): string | null {
  const reached = notBefore(now, newest);
  if (reached - now <= slack) return null;
  const what = reached === newest ? "the newest time in the state" : "this program was written";
  return `the clock shows ${formatTime(now)}, before ${what} (${formatTime(reached)})`;
}

/**
 * The time to write down for what is seen now. By a clock that is behind, a sighting would look old as soon as the clock
 * is set right.
 */
export function notBefore(now: Time, newest: Time | null): Time {
  return Math.max(now, newest ?? earliest, earliest);
}
