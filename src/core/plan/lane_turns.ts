// When each automation of Flux is due, beside `update.schedule`: its interval counts from its own last run (rulings 17).
import { type Automation, shortestInterval } from "../model/automation.ts";
import { formatTime, parseTime, type Time } from "../model/time.ts";

/** The last run of an automation, and the rhythm that it then had. */
export interface LaneRun {
  readonly everySeconds: number;
  readonly lastRun: Time;
}

/** What is kept between passes. */
export interface LaneRuns {
  /** Of what no automation rules; null: not known. */
  readonly update: Time | null;
  /** By `namespace:name`. */
  readonly automations: ReadonlyMap<string, LaneRun>;
}

/** Which lanes a pass is for. Those by hand and those that somebody asked for are for all. */
export interface LaneTurns {
  /** Whether `update` has its turn: what automations do not rule. */
  readonly update: boolean;
  /** Where `update` delivers to, as a template; null: to the followed branch. */
  readonly updateBranch: string | null;
  readonly lastRuns: LaneRuns["automations"];
  readonly now: Time;
}

const keptAs = "lanes";
/** More automations than one repository has. */
const mostKept = 1000;

/** How often it runs: what it says, and no more often than `shortestInterval`. */
export function runsEvery({ intervalSeconds }: Pick<Automation, "intervalSeconds">): number {
  return Math.max(shortestInterval, intervalSeconds);
}

/** Whether its interval is over. One that never ran is due, and so is one that a clock which was ahead has noted. */
export function isDue(automation: Automation, { lastRuns, now }: Pick<LaneTurns, "lastRuns" | "now">): boolean {
  const last = lastRuns.get(automation.key)?.lastRun ?? null;
  return last === null || last > now || last + runsEvery(automation) * 1000 <= now;
}

/** When the next automation is due, as far as passes have told of them; null: there is none. */
export function nextAutomation({ automations }: LaneRuns, now: Time): Time | null {
  const times = [...automations.values()].map((run) => nextRunOf(run, now));
  return times.length === 0 ? null : Math.min(...times);
}

/** When this one is due next. */
export function nextRunOf({ lastRun, everySeconds }: LaneRun, now: Time): Time {
  return lastRun > now ? now : lastRun + everySeconds * 1000;
}

/** What is kept after a pass that began at `started`: automations that left the repository are forgotten. */
export function afterTurns(
  before: LaneRuns,
  ran: { readonly update: boolean; readonly automations: ReadonlySet<Automation> },
  all: readonly Automation[],
  started: Time,
): LaneRuns {
  const automations = all.filter(({ suspended }) => !suspended).flatMap((one): [string, LaneRun][] => {
    const everySeconds = runsEvery(one);
    if (ran.automations.has(one)) return [[one.key, { everySeconds, lastRun: started }]];
    const known = before.automations.get(one.key);
    return known === undefined ? [] : [[one.key, { everySeconds, lastRun: known.lastRun }]];
  });
  return { update: ran.update ? started : before.update, automations: new Map(automations.slice(0, mostKept)) };
}

/** What the state holds of it; nothing where that is damaged: then all are due once. */
export function keptLaneRuns(store: { meta(name: string): string | null }): LaneRuns {
  const none: LaneRuns = { update: null, automations: new Map() };
  try {
    const { update, automations } = JSON.parse(store.meta(keptAs) ?? "{}") as Partial<Kept>;
    const runs = Object.entries(automations ?? {}).flatMap(([key, [every, last]]): [string, LaneRun][] => {
      const lastRun = parseTime(String(last));
      const isKnown = lastRun !== null && Number.isSafeInteger(every) && every >= shortestInterval;
      return isKnown ? [[key, { everySeconds: every, lastRun }]] : [];
    });
    return { update: parseTime(String(update)), automations: new Map(runs) };
  } catch {
    return none;
  }
}

/** Keeps it. */
export function keepLaneRuns(store: { setMeta(name: string, value: string): void }, runs: LaneRuns): void {
  const automations = [...runs.automations].map(([key, { everySeconds, lastRun }]) =>
    [key, [everySeconds, formatTime(lastRun)] as const] as const
  );
  const kept: Kept = {
    update: runs.update === null ? null : formatTime(runs.update),
    automations: Object.fromEntries(automations),
  };
  store.setMeta(keptAs, JSON.stringify(kept));
}

interface Kept {
  readonly update: string | null;
  readonly automations: Readonly<Record<string, readonly [everySeconds: number, lastRun: string]>>;
}
