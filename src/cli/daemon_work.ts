// A configuration to what the daemon does with it: an open world, schedules, and passes that run in it.
import { type Run, type Store, StoreFailure } from "../core/ports/store.ts";
import { keptLaneRuns, nextAutomation } from "../core/plan/lane_turns.ts";
import type { Time } from "../core/model/time.ts";
import type { HttpSettings } from "../daemon/http/http_parts.ts";
import type { PassTrigger } from "../daemon/pass_order.ts";
import type { DaemonWork } from "../daemon/run_daemon.ts";
import { runApplyPass, runPassIn, runUpdatePass } from "./daemon_passes.ts";
import { movingSystem } from "./moving_system.ts";
import { readServerSettings } from "./server_settings.ts";
import { orFail, type Session } from "./session.ts";
import { openWorld, type World } from "./wire.ts";

/** A configuration in use. */
export interface Engagement {
  readonly session: Session;
  readonly world: World;
  readonly work: DaemonWork;
  readonly http: HttpSettings;
}

/** Opens the world of a configuration. Ends the verb when it cannot be opened; the caller closes it. */
export async function engage(session: Session): Promise<Engagement> {
  const { config } = session;
  const http = orFail(await readServerSettings(session.system, config.daemon.server));
  const moving = movingSystem(session.system);
  const world = orFail(await openWorld(moving.system, config));
  const runners = { update: runUpdatePass, apply: runApplyPass };
  const runPass = runPassIn({ ...session, system: moving.system }, world, runners);
  const { store } = world;
  const work: DaemonWork = {
    schedules: { update: config.daemon.update, apply: config.daemon.apply },
    // What is in memory alone is gone after a boot, so the first apply pass does not wait (contracts.md 2.4).
    lastRuns: { update: lastUpdate(store), apply: null },
    nextAutomation: () => orNull(() => nextAutomation(keptLaneRuns(store), session.system.clock.now())),
    runPass(order, onProgress) {
      moving.listen(onProgress);
      return runPass(order, onProgress);
    },
    notePlan: (kind, dueAt) => keepPlan(session, store, `next.${kind}`, dueAt ?? ""),
  };
  return { session, world, work, http };
}

/** A full disk ends a pass, not the daemon; what it could not note here is only shown. */
function keepPlan({ system: { log } }: Session, store: Store, name: string, dueAt: string): void {
  try {
    if ((store.meta(name) ?? "") !== dueAt) store.setMeta(name, dueAt);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    log.event("warning", "state.plan_not_kept", { name });
  }
}

/** Many passes for automations leave no row of the one about everything. */
function lastUpdate(store: Store): Time | null {
  const times = [keptLaneRuns(store).update, lastWhole(store.runs(200, "update"))].flatMap((time) => time ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** A state that cannot be read has its pass say so. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreFailure) return null;
    throw error;
  }
}

/** When the last update pass began that was about everything and came to its end: the next one counts from it. */
function lastWhole(runs: readonly Run[]): Time | null {
  const ended: ReadonlySet<Run["result"]> = new Set(["done", "nothing", "partly"]);
  const narrow: ReadonlySet<string> = new Set<PassTrigger>(["webhook", "interval"]);
  const isWhole = (run: Run): boolean => !narrow.has(run.trigger) && ended.has(run.result);
  return runs.find(isWhole)?.started ?? null;
}
