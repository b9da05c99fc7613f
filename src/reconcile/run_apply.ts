// One apply pass as a run: under the lock, with a row that says how it began and ended (steps 1 and 14).
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { deployedChanges } from "../core/plan/deployed_changes.ts";
import { type NewRun, type Store, StoreFailure } from "../core/ports/store.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { type ApplyOptions, applyPass, type ApplyReport } from "./apply_pass.ts";
import { takePassLock } from "./pass_lock.ts";
import { runId } from "./run_id.ts";

/** What a run needs besides the pass. */
export interface RunApplyOptions extends Omit<ApplyOptions, "run"> {
  readonly host: string;
  readonly trigger: string;
  readonly stateDir: string;
  readonly waitSeconds: number;
  readonly onWait: (holder: string) => void;
}

/** How a run ended. */
export interface ApplyRun {
  readonly id: string;
  readonly result: "done" | "nothing" | "partly";
  readonly report: ApplyReport;
  /** The revision of the pass before that reached its end. */
  readonly previousRevision: string | null;
  readonly seconds: number;
}

/** Takes the lock, runs the pass, and records it. A pass that cannot reach its end is recorded as `failed`. */
export async function runApply(ports: ApplyPorts, options: RunApplyOptions): Promise<Result<ApplyRun>> {
  const lock = await takePassLock(ports.files, ports.clock, {
    folder: options.stateDir,
    what: `apply pass (${options.trigger})`,
    waitSeconds: options.waitSeconds,
    stop: ports.stop,
    onWait: options.onWait,
  });
  if (!lock.ok) return lock;
  try {
    return await recordedApply(ports, options);
  } finally {
    lock.value.release();
  }
}

async function recordedApply(ports: ApplyPorts, options: RunApplyOptions): Promise<Result<ApplyRun>> {
  const { store, clock } = ports;
  const started = clock.now();
  const begun = clock.monotonic();
  const id = runId(started, ports.random.hex(6));
  const previousRevision = lastRevision(store);
  const before = new Map(store.stacks().map((row) => [row.name, row.images]));
  const row: NewRun = { id, kind: "apply", trigger: options.trigger, host: options.host, started };
  store.beginRun(row);
  ports.log.event("debug", "apply.started", { run: id });
  const fail = (problems: readonly Problem[]): void =>
    store.finishRun({ ...row, ended: clock.now(), result: "failed", commit: null, changes: [], problems }, null);
  const passed = await applyPass(ports, { ...options, run: { id, host: options.host } }).catch((error: unknown) => {
    // A store that cannot be written cannot say so in itself either.
    if (!(error instanceof StoreFailure)) fail([]);
    throw error;
  });
  const seconds = Math.round(clock.monotonic() - begun) / 1000;
  if (!passed.ok) {
    fail([problemOf(passed.failure)]);
    return passed;
  }
  const report = passed.value;
  const result = resultOf(report);
  const changes = report.stacks.flatMap((stack) => deployedChanges(stack, before.get(stack.name) ?? new Map()));
  const { problems } = report;
  store.finishRun({ ...row, ended: clock.now(), result, commit: report.revision, changes, problems }, null);
  ports.log.event("info", "apply.done", { run: id, result, seconds });
  return success({ id, result, report, previousRevision, seconds });
}

function resultOf({ stacks, problems }: ApplyReport): ApplyRun["result"] {
  if (problems.some(({ severity }) => severity === "error")) return "partly";
  return stacks.some(({ action }) => action !== "none") ? "done" : "nothing";
}

function lastRevision(store: Store): string | null {
  return store.runs(100).find(({ kind, commit }) => kind === "apply" && commit !== null)?.commit ?? null;
}
