// Time and chance: the impure defaults, named so that tests can drive them.
import type { Time } from "../model/time.ts";

/** The one clock that all ages come from. */
export interface Clock {
  now(): Time;
  /** Milliseconds that only ever grow, for measuring. */
  monotonic(): number;
  /** Waits, or ends early when the signal fires. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
