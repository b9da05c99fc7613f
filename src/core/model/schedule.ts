// When a pass is due: every so often, or at times of the calendar as cron writes them.
import { Cron } from "croner";
import { failure, type Result, success } from "./problem.ts";
import type { Time } from "./time.ts";

/** A rhythm. Each due time is put off by chance, at most by the jitter, so that not all machines ask at once. */
export type Schedule =
  & { readonly timeZone: string; readonly jitterSeconds: number }
  & ({ readonly everySeconds: number } | { readonly cron: string });

const longestPattern = 100;

/** Checks a cron pattern of five fields (crontab(5)). Fails with `config.invalid_value` when it never comes due. */
export function parseCron(pattern: string): Result<string> {
  if (pattern.length > longestPattern) return invalid(pattern, "is too long");
  try {
    const isEver = new Cron(pattern, { timezone: "UTC", mode: "5-part" }).nextRun(new Date(0)) !== null;
    return isEver ? success(pattern) : invalid(pattern, "never comes due");
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "";
    return invalid(pattern, `is no cron pattern (${why.slice(0, 200)})`);
  }
}

/**
 * When the schedule comes due next. An `every` counts from the last run and is due at once when there was none; a cron
 * pattern keeps to its times and makes up for none that was missed. `chance` is at least 0, below 1.
 */
export function nextDue(schedule: Schedule, now: Time, lastRun: Time | null, chance: number): Time {
  const late = Math.floor(chance * schedule.jitterSeconds * 1000);
  if ("cron" in schedule) return nextMatch(schedule.cron, schedule.timeZone, now) + late;
  // A run that has not come yet is told by a clock that was ahead.
  if (lastRun === null || lastRun > now) return now;
  const due = lastRun + schedule.everySeconds * 1000 + late;
  return Math.max(now, due);
}

/** The latest moment that the schedule can come due at, seen from now: what lies behind it is a clock that was set. */
export function latestDue(schedule: Schedule, now: Time): Time {
  const jitter = schedule.jitterSeconds * 1000;
  if ("cron" in schedule) return nextMatch(schedule.cron, schedule.timeZone, now) + jitter;
  return now + schedule.everySeconds * 1000 + jitter;
}

/** Local times that a change of the clocks leaves out come right after the gap; those that come twice count once. */
function nextMatch(pattern: string, timezone: string, after: Time): Time {
  const next = new Cron(pattern, { timezone, mode: "5-part" }).nextRun(new Date(after));
  // The pattern was checked; only a calendar that ends gives none.
  return next === null ? after + 365 * 86_400_000 : next.getTime();
}

function invalid(pattern: string, why: string): Result<never> {
  return failure("config.invalid_value", `"${pattern.slice(0, longestPattern)}" ${why}`, {
    cure: 'write five fields: minute, hour, day, month, day of the week, like "0 4 * * 1" for Mondays at four',
  });
}
