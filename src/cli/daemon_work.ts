// A configuration to what the daemon does with it: an open world, schedules, and passes that run in it.
import { type Run, type Store, StoreFailure } from "../core/ports/store.ts";
import type { Time } from "../core/model/time.ts";
import type { HttpSettings } from "../daemon/http/http_parts.ts";
import type { DaemonWork } from "../daemon/run_daemon.ts";
import { runPassIn, runUpdatePass } from "./daemon_passes.ts";
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
  const world = orFail(await openWorld(session.system, config));
  const { store } = world;
  const runs = store.runs(200);
  const work: DaemonWork = {
    schedules: { update: config.daemon.update, apply: null },
    lastRuns: { update: lastWhole(runs, "update"), apply: lastWhole(runs, "apply") },
    runPass: runPassIn(session, world, { update: runUpdatePass }),
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

/** When the last pass began that was about everything and came to its end: the next one counts from it. */
function lastWhole(runs: readonly Run[], kind: Run["kind"]): Time | null {
  const ended: ReadonlySet<Run["result"]> = new Set(["done", "nothing", "partly"]);
  return runs.find((run) => run.kind === kind && run.trigger !== "webhook" && ended.has(run.result))?.started ?? null;
}
