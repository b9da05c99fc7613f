// The daemon's passes: the same as those by hand, with their answer in the log and the state instead of on the screen.
import { type Problem, problemOf, success } from "../core/model/problem.ts";
import type { Schedule } from "../core/model/schedule.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Log } from "../core/ports/log.ts";
import type { PassKind, PassOrder, PassOutcome, RunPass } from "../daemon/pass_order.ts";
import { outcomeOf } from "./pass_outcome.ts";
import type { PassPorts } from "../reconcile/pass_ports.ts";
import type { PlanOptions } from "../reconcile/plan_pass.ts";
import { runApply } from "../reconcile/run_apply.ts";
import { runUpdate } from "../reconcile/run_update.ts";
import { applyPorts, settingsFor, trustOf } from "./apply_session.ts";
import { problemsOfError, type Session } from "./session.ts";
import { passPorts, updateOptions } from "./update_run.ts";
import type { World } from "./wire.ts";

/** As long as by hand. */
const waitSeconds = 600;

/** Runs one kind of pass in an open world. */
export type PassRunner = (
  session: Session,
  world: World,
  order: PassOrder,
  onProgress: () => void,
) => Promise<PassOutcome>;

/** The passes that this version has. A pass that stumbles over a bug fails alone; the daemon goes on. */
export function runPassIn(session: Session, world: World, runners: Partial<Record<PassKind, PassRunner>>): RunPass {
  const { log } = session.system;
  return async (order, onProgress) => {
    const runner = runners[order.kind];
    if (runner === undefined) return failed([], null);
    try {
      return await runner(session, world, order, onProgress);
    } catch (error) {
      const problems = expectedProblems(error);
      if (problems !== null) return failed(problems, null);
      const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      log.event("error", "pass.crashed", { kind: order.kind, error: session.system.mask(told) });
      return { result: "failed", retryAt: null, message: "a bug in magos; the log tells it", schedule: null };
    }
  };
}

/** The update pass. */
export async function runUpdatePass(
  session: Session,
  world: World,
  order: PassOrder,
  onProgress: () => void,
): Promise<PassOutcome> {
  let schedule: Schedule | null = null;
  const run = await runUpdate(
    movingPorts(await passPorts(session, world), onProgress),
    updateOptions(session, world, {
      choose: chooseRepositories(world, order.named),
      waitSeconds,
      trigger: order.trigger,
      accept: null,
      lanes: order.lanes,
      onWait: (holder) => session.system.log.event("info", "pass.waiting", { holder }),
      onConfig: (ruling) => schedule = ruling.daemon.update,
    }),
  );
  if (!run.ok) return failed([problemOf(run.failure)], schedule);
  const { result, report } = run.value;
  tell(session, "update", [...world.problems, ...report.problems]);
  return { ...outcomeOf(report.problems, schedule), result };
}

/** The apply pass. Stacks that failed wait for their own time to be tried again. */
export async function runApplyPass(
  session: Session,
  world: World,
  order: PassOrder,
  onProgress: () => void,
): Promise<PassOutcome> {
  const { system, config } = session;
  const ports = await applyPorts(session, world);
  const settings = settingsFor(session, world);
  const run = await runApply(movingPorts(ports, onProgress), {
    branch: config.repo.branch,
    settingsFor: settings,
    verify: trustOf(session, settings),
    accept: null,
    only: null,
    self: ports.self,
    impatient: false,
    host: config.apply.host ?? system.hostname,
    trigger: order.trigger,
    stateDir: world.stateDir,
    waitSeconds,
    onWait: (holder) => system.log.event("info", "pass.waiting", { holder }),
  });
  if (!run.ok) return failed([problemOf(run.failure)], null);
  const { result, report } = run.value;
  tell(session, "apply", [...world.problems, ...report.problems]);
  return { ...outcomeOf(report.problems, null), result };
}

/** Whatever a pass does counts as getting on: a word to the log, a wait that it chose, a step that it shows. */
function movingPorts<T extends { readonly log: Log; readonly clock: Clock; readonly progress: PassPorts["progress"] }>(
  ports: T,
  onProgress: () => void,
): T {
  const { log, clock } = ports;
  return {
    ...ports,
    progress: onProgress,
    log: {
      event(level, name, fields) {
        onProgress();
        log.event(level, name, fields);
      },
    },
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep(milliseconds, signal) {
        onProgress();
        return clock.sleep(milliseconds, signal);
      },
    },
  };
}

function tell({ system: { log } }: Session, kind: PassKind, problems: readonly Problem[]): void {
  for (const { message, cure: _cure, ...rest } of problems) {
    log.event(rest.severity, `${kind}.problem`, { ...rest, message });
  }
}

/**
 * Decides everything and asks about the repositories named, as `magos update IMAGE` does. A state that has seen no
 * pass has nothing to decide the others from: then all are asked.
 */
function chooseRepositories(world: World, named: ReadonlySet<string> | null): PlanOptions["choose"] {
  const isFirst = world.store.decisions().length === 0;
  return (targets) => success({ targets, named: isFirst ? null : named, hurried: new Map() });
}

function failed(problems: readonly Problem[], schedule: Schedule | null): PassOutcome {
  return { ...outcomeOf(problems, schedule), result: "failed" };
}

function expectedProblems(error: unknown): readonly Problem[] | null {
  try {
    return problemsOfError(error);
  } catch {
    return null;
  }
}
