// An apply pass as a run: what is recorded of it (steps 1 and 14).
import { type Result, success } from "../core/model/problem.ts";
import type { StackRow } from "../core/model/stack.ts";
import { deployedChanges } from "../core/plan/deployed_changes.ts";
import type { RunName } from "../core/plan/trailers.ts";
import type { Store } from "../core/ports/store.ts";
import { type ApplyOptions, applyPass, type ApplyReport } from "./apply_pass.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { recordedRun, type RunFrame } from "./recorded_run.ts";

/** What a run needs besides the pass. */
export interface RunApplyOptions extends Omit<ApplyOptions, "run">, RunFrame {}

/** How a run ended. */
export interface ApplyRun {
  readonly id: string;
  readonly result: "done" | "nothing" | "partly";
  readonly report: ApplyReport;
  /** The revision of the pass before that reached its end. */
  readonly previousRevision: string | null;
  readonly seconds: number;
}

/** Runs the pass as `recordedRun()` says. */
export async function runApply(ports: ApplyPorts, options: RunApplyOptions): Promise<Result<ApplyRun>> {
  const { store } = ports;
  let previousRevision: string | null = null;
  let before = new Map<string, StackRow["images"]>();
  const pass = (run: RunName): Promise<Result<ApplyReport>> => {
    previousRevision = lastRevision(store);
    before = new Map(store.stacks().map((row) => [row.name, row.images]));
    return applyPass(ports, { ...options, run });
  };
  const ran = await recordedRun(ports, "apply", options, pass, (report) => ({
    result: resultOf(report),
    commit: report.revision,
    changes: report.stacks.flatMap((stack) => deployedChanges(stack, before.get(stack.name) ?? new Map())),
    problems: report.problems,
    decisions: null,
  }));
  return ran.ok ? success({ ...ran.value, result: resultOf(ran.value.report), previousRevision }) : ran;
}

function resultOf({ stacks, problems }: ApplyReport): ApplyRun["result"] {
  if (problems.some(({ severity }) => severity === "error")) return "partly";
  return stacks.some(({ action }) => action !== "none") ? "done" : "nothing";
}

function lastRevision(store: Store): string | null {
  // The run itself, which has no commit yet, is the newest of them.
  return store.runs(101).find(({ kind, commit }) => kind === "apply" && commit !== null)?.commit ?? null;
}
