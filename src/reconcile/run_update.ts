// One update pass as a run: under the lock, with a row that says how it began and ended (steps 1, 13 and 14).
import type { Decision } from "../core/model/decision.ts";
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { formatRepository } from "../core/model/reference.ts";
import { decisionReport } from "../core/report/decision_report.ts";
import { type Run, type Store, type StoredDecision, StoreFailure } from "../core/ports/store.ts";
import { writtenChanges } from "../core/plan/written_changes.ts";
import { keepHolds } from "./human_holds.ts";
import type { UpdatePorts } from "./pass_ports.ts";
import { takePassLock } from "./pass_lock.ts";
import { runId } from "./run_id.ts";
import { type UpdateOptions, updatePass, type UpdateReport } from "./update_pass.ts";

/** What a run needs besides the pass. */
export interface RunOptions extends Omit<UpdateOptions, "run"> {
  readonly host: string;
  readonly trigger: string;
  readonly stateDir: string;
  readonly waitSeconds: number;
  readonly onWait: (holder: string) => void;
}

/** How a run ended. */
export interface UpdateRun {
  readonly id: string;
  readonly result: "done" | "nothing" | "partly" | "failed";
  readonly report: UpdateReport;
  readonly seconds: number;
}

/** Takes the lock, runs the pass, and records it. A pass that cannot reach its end is recorded as `failed`. */
export async function runUpdate(ports: UpdatePorts, options: RunOptions): Promise<Result<UpdateRun>> {
  const what = `update pass (${options.trigger})`;
  const lock = await takePassLock(ports.files, ports.clock, {
    folder: options.stateDir,
    what,
    waitSeconds: options.waitSeconds,
    stop: ports.stop,
    onWait: options.onWait,
  });
  if (!lock.ok) return lock;
  try {
    return await recordedUpdate(ports, options);
  } finally {
    lock.value.release();
  }
}

async function recordedUpdate(ports: UpdatePorts, options: RunOptions): Promise<Result<UpdateRun>> {
  const { store, clock } = ports;
  const started = clock.now();
  const begun = clock.monotonic();
  const id = runId(started, ports.random.hex(6));
  const row = { id, kind: "update", trigger: options.trigger, host: options.host, started } as const;
  store.beginRun(row);
  ports.log.event("debug", "update.started", { run: id });
  const fail = (problems: readonly Problem[]): void =>
    store.finishRun({ ...row, ended: clock.now(), result: "failed", commit: null, changes: [], problems }, null);
  const passed = await updatePass(ports, { ...options, run: { id, host: options.host } }).catch((error: unknown) => {
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
  const pushed = report.deliveries.filter(({ outcome }) => outcome.state === "pushed");
  const commit = pushed.flatMap(({ outcome }) => outcome.state === "pushed" ? [outcome.commit] : [])[0] ?? null;
  const changes = pushed.flatMap(({ planned }) => writtenChanges(planned.plan));
  keepHolds(store, report.held.record);
  const ended: Run = { ...row, ended: clock.now(), result, commit, changes, problems: report.problems };
  store.finishRun(ended, changedDecisions(store, report.plan.decisions, ended));
  ports.log.event("info", "update.done", { run: id, result, seconds });
  return success({ id, result, report, seconds });
}

function resultOf(report: UpdateReport): UpdateRun["result"] {
  const states = report.deliveries.map(({ outcome }) => outcome.state);
  const arrived = states.filter((state) => state === "pushed" || state === "unchanged");
  // Every delivery refused: the pass did not reach its end (contracts.md 1.1).
  if (states.length > 0 && arrived.length === 0) return "failed";
  if (hasErrors(report.problems)) return "partly";
  return states.includes("pushed") ? "done" : "nothing";
}

/** Whether at least one image or file is in error. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}

/** The decisions to keep, or null when none differs from what is kept: a pass with no news writes no row but its own. */
function changedDecisions(store: Store, decisions: readonly Decision[], run: Run): readonly StoredDecision[] | null {
  const kept = new Map(store.decisions().map((stored) => [placeKey(stored), stored]));
  let changed = kept.size !== decisions.length;
  const rows = decisions.map((decision): StoredDecision => {
    const { file, setter, line } = decision.target;
    const json = decisionReport(decision);
    const before = kept.get(placeKey({ file, setter, line }));
    const same = before !== undefined && gist(before.decision) === gist(json);
    const repository = formatRepository(decision.target.repository);
    changed ||= !same || before.repository !== repository;
    return { file, setter, line, since: same ? before.since : run.started, run: run.id, repository, decision: json };
  });
  return changed ? rows : null;
}

function placeKey(place: Pick<StoredDecision, "file" | "setter" | "line">): string {
  return `${place.file}\n${place.setter}\n${place.line}`;
}

/** What makes two decisions the same to a person; ages and sightings do not. */
function gist(decision: unknown): string {
  const { state, current, selected, newest, blockers } = decision as Record<string, unknown>;
  const gates = (blockers as { gate: string; tag: string; verdict: string }[]).map((
    it,
  ) => [it.gate, it.tag, it.verdict]);
  return JSON.stringify([state, current, selected, newest, gates]);
}
