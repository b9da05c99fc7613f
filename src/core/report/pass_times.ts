// When passes run next, as a daemon noted it: what it planned before it went away has passed.
import { keptLaneRuns, nextRunOf } from "../plan/lane_turns.ts";
import { formatTime, formatTimeOrNull, parseTime, type Time } from "../model/time.ts";
import type { Run, Store } from "../ports/store.ts";

/** The rhythm of one automation of Flux. */
export interface AutomationTime {
  /** `namespace:name`. */
  readonly automation: string;
  readonly everySeconds: number;
  readonly lastRun: Time;
  /** Null: no daemon runs. */
  readonly nextRun: Time | null;
}

/** When a daemon runs this kind of pass next, for whichever lane; null: none does. */
export function nextPassTime(store: Store, kind: Run["kind"], at: Time): Time | null {
  const planned = plannedTime(store, kind, at);
  if (planned === null || kind === "apply") return planned;
  return Math.min(planned, ...automationTimes(store, at).flatMap(({ nextRun }) => nextRun ?? []));
}

/** All that passes have met, in order of name. */
export function automationTimes(store: Store, at: Time): readonly AutomationTime[] {
  const isRunning = plannedTime(store, "update", at) !== null;
  return [...keptLaneRuns(store).automations].sort(([a], [b]) => a < b ? -1 : 1).map(([automation, run]) => ({
    automation,
    everySeconds: run.everySeconds,
    lastRun: run.lastRun,
    nextRun: isRunning ? Math.max(at, nextRunOf(run, at)) : null,
  }));
}

/** `passes.update.automations` of `magos.status/v1`. */
export function automationsReport(store: Store, at: Time): readonly Record<string, unknown>[] {
  return automationTimes(store, at).map(({ automation, everySeconds, lastRun, nextRun }) => ({
    automation,
    everySeconds,
    lastRun: formatTime(lastRun),
    nextRun: formatTimeOrNull(nextRun),
  }));
}

function plannedTime(store: Store, kind: Run["kind"], at: Time): Time | null {
  const planned = parseTime(store.meta(`next.${kind}`) ?? "");
  return planned === null || planned < at ? null : planned;
}
