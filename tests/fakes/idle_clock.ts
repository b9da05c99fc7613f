// A clock that goes on to the next sleeper's time only when nobody has anything left to do, as real time would find them.
import type { Clock } from "../../src/core/ports/clock.ts";
import { testNow } from "./manual_clock.ts";

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Begins at `testNow`; its monotonic time begins at 0. */
export function idleClock(): Clock {
  let elapsed = 0;
  let watching = false;
  const sleepers = new Set<Sleeper>();
  const watch = (): void => {
    if (watching) return;
    watching = true;
    // By its turn all that was ready to go on has gone on.
    setTimeout(() => {
      watching = false;
      const [next] = [...sleepers].sort((a, b) => a.until - b.until);
      if (next === undefined) return;
      elapsed = next.until;
      next.wake();
      if (sleepers.size > 0) watch();
    }, 0);
  };
  return {
    now: () => testNow + elapsed,
    monotonic: () => elapsed,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          until: elapsed + milliseconds,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
        watch();
      }),
  };
}
