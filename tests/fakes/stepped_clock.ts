// A clock that the test moves while real parts work: sleepers wake when their time has come, and nobody waits for real.
import type { Clock } from "../../src/core/ports/clock.ts";
import { testNow } from "./manual_clock.ts";

/** A clock under the test's control. */
export interface SteppedClock extends Clock {
  /** Lets time pass, and wakes whoever has slept so long. */
  advance(milliseconds: number): void;
  /** Sets the wall clock, as a person, a boot or a time server does: nobody wakes. */
  set(milliseconds: number): void;
}

/** Pauses between two requests are no time that a test is about. */
const shortest = 1000;

/** Begins at `testNow`; its monotonic time begins at 0. */
export function steppedClock(): SteppedClock {
  let [elapsed, offset] = [0, 0];
  // Time may pass between somebody's last look at the clock and his sleep: then the sleep is over before it begins.
  let isOwed = false;
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  return {
    now: () => testNow + elapsed + offset,
    monotonic: () => elapsed,
    advance(milliseconds) {
      elapsed += milliseconds;
      isOwed = sleepers.size === 0;
      for (const sleeper of [...sleepers]) if (sleeper.until <= elapsed) sleeper.wake();
    },
    set(milliseconds) {
      offset += milliseconds;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const isShort = milliseconds < shortest;
        if (isShort) elapsed += milliseconds;
        if (signal?.aborted || isShort || isOwed) {
          if (!isShort) isOwed = false;
          return resolve();
        }
        const sleeper = {
          until: elapsed + milliseconds,
          wake(): void {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
  };
}
