// A clock that stands still unless it is moved; sleeping moves it, so that waits can be measured without waiting.
import type { Time } from "../../src/core/model/time.ts";
import type { Clock } from "../../src/core/ports/clock.ts";

/** 2026-01-20T12:00:00Z, the day of the seed. */
export const testNow: Time = Date.UTC(2026, 0, 20, 12);

/** A clock under the test's control. */
export interface ManualClock extends Clock {
  /** Every sleep so far, in milliseconds. */
  readonly sleeps: readonly number[];
  /** Moves both times forward. */
  advance(milliseconds: number): void;
}

/** Starts at `start`; its monotonic time starts at 0. */
export function manualClock(start: Time = testNow): ManualClock {
  const sleeps: number[] = [];
  let elapsed = 0;
  return {
    sleeps,
    // Whole milliseconds, as every clock gives them: a wait with jitter may be a fraction.
    now: () => start + Math.floor(elapsed),
    monotonic: () => elapsed,
    advance(milliseconds) {
      elapsed += milliseconds;
    },
    sleep(milliseconds, signal) {
      if (signal?.aborted) return Promise.resolve();
      sleeps.push(milliseconds);
      elapsed += milliseconds;
      return Promise.resolve();
    },
  };
}
