// When each kind of pass is due. Moments are those of the machine's clock, which people and boots set.
import { latestDue, type Schedule } from "../core/model/schedule.ts";
import { formatTimeOrNull, type Time } from "../core/model/time.ts";
import { nextPass, type PassStory } from "../core/plan/next_pass.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Random } from "../core/ports/random.ts";
import type { PassOutcome, PassTrigger } from "./pass_order.ts";

/** The due times of one kind of pass. */
export interface Timetable {
  readonly dueAt: Time;
  /** Why it would run now, or null before its time. */
  due(): PassTrigger | null;
  /** Whether the last pass could not get where it wanted, so that the next one tries everything again. */
  readonly tries: "nothing" | "again" | "failed";
  /** Makes it due at once. */
  ask(trigger: PassTrigger): void;
  /** What was asked for until now is answered by the pass that begins. */
  begin(): void;
  /** Takes note of a pass that began then. One that asked for single images leaves the schedule as it is. */
  ended(outcome: PassOutcome, began: Time, wasNarrow: boolean): void;
  /** A new schedule counts from the last run, as if it had always been there. */
  reschedule(schedule: Schedule): void;
}

/** What a timetable starts from. */
export interface TimetableStart {
  readonly clock: Clock;
  readonly random: Random;
  readonly schedule: Schedule;
  readonly lastRun: Time | null;
  /** Called with each new due time, as RFC 3339. */
  readonly onPlan: (dueAt: string | null) => void;
}

/** Begins with what is due now. */
export function createTimetable({ clock, random, onPlan, ...start }: TimetableStart): Timetable {
  let schedule = start.schedule;
  let story: PassStory = { lastRun: start.lastRun, attempts: 0, retryAt: null };
  let asked: PassTrigger | null = null;
  let tries: Timetable["tries"] = "nothing";
  let dueAt = 0;
  const plan = (): void => {
    dueAt = nextPass(schedule, story, clock.now(), random.number());
    onPlan(formatTimeOrNull(dueAt));
  };
  plan();
  return {
    get dueAt() {
      return asked === null ? dueAt : clock.now();
    },
    get tries() {
      return tries;
    },
    due() {
      if (asked !== null) return asked;
      const now = clock.now();
      // A clock that was set back would otherwise hold up the next pass until it has caught up.
      if (dueAt > latestDue(schedule, now)) plan();
      return dueAt <= now ? "schedule" : null;
    },
    ask(trigger) {
      asked = trigger;
    },
    begin() {
      asked = null;
    },
    ended(outcome, began, wasNarrow) {
      const again = outcome.result === "failed" || (outcome.result === "partly" && outcome.retryAt !== null);
      if (wasNarrow && !again) return;
      tries = outcome.result === "failed" ? "failed" : again ? "again" : "nothing";
      story = {
        lastRun: wasNarrow ? story.lastRun : began,
        attempts: again ? story.attempts + 1 : 0,
        retryAt: again ? outcome.retryAt : null,
      };
      plan();
    },
    reschedule(next) {
      if (JSON.stringify(next) === JSON.stringify(schedule)) return;
      schedule = next;
      plan();
    },
  };
}
