// When the automations of the repository are due beside `update.schedule`: passes find out, the loop keeps to it.
import { shortestInterval } from "../core/model/automation.ts";
import type { Time } from "../core/model/time.ts";
import type { Clock } from "../core/ports/clock.ts";

/** The due time of whichever automation comes first. */
export interface AutomationTimes {
  /** Infinite where there is none. */
  readonly dueAt: Time;
  due(): boolean;
  /** Takes note of an update pass: it may have met new automations, and given others their turn. */
  ended(): void;
}

/** `next` is what passes have told so far; it is asked each time, for clocks are set. */
export function createAutomationTimes(clock: Clock, next: () => Time | null): AutomationTimes {
  // By the time that nobody sets: whatever the state says, passes for automations are a minute apart.
  let notBefore = 0;
  const wait = (): number => Math.max(0, notBefore - clock.monotonic());
  return {
    get dueAt() {
      return Math.max(next() ?? Infinity, clock.now() + wait());
    },
    due() {
      return wait() === 0 && (next() ?? Infinity) <= clock.now();
    },
    ended() {
      notBefore = clock.monotonic() + shortestInterval * 1000;
    },
  };
}
