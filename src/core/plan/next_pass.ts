// When a pass is to run next: its schedule, and sooner where the last one did not get what it wanted.
import { nextDue, type Schedule } from "../model/schedule.ts";
import type { Time } from "../model/time.ts";

/** What came of the passes so far. */
export interface PassStory {
  /** When the last one began; null: there was none. */
  readonly lastRun: Time | null;
  /** Passes in a row that want to be tried again. */
  readonly attempts: number;
  /** The earliest moment at which asking again makes sense, where somebody named one. */
  readonly retryAt: Time | null;
}

const firstWait = 60_000;
const longestWait = 60 * 60_000;

/** The next due time. Waits double from a minute to an hour, give or take a quarter; the schedule is never passed by. */
export function nextPass(schedule: Schedule, story: PassStory, now: Time, chance: number): Time {
  const regular = nextDue(schedule, now, story.lastRun, chance);
  if (story.attempts === 0) return regular;
  const wait = Math.min(longestWait, firstWait * 2 ** Math.min(story.attempts - 1, 20));
  const again = now + Math.round(wait * (0.75 + 0.5 * chance));
  return Math.min(regular, Math.max(again, story.retryAt ?? 0));
}
