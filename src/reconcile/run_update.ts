// An update pass as a run: what is recorded of it (steps 1, 13 and 14).
import { type Problem, type Result, success } from "../core/model/problem.ts";
import { formatRepository } from "../core/model/reference.ts";
import type { RunName } from "../core/plan/trailers.ts";
import { decisionReport } from "../core/report/decision_report.ts";
import type { NewRun, Store, StoredDecision } from "../core/ports/store.ts";
import { afterTurns, keepLaneRuns, keptLaneRuns } from "../core/plan/lane_turns.ts";
import { writtenChanges } from "../core/plan/written_changes.ts";
import { keepHolds } from "./human_holds.ts";
import type { UpdatePorts } from "./pass_ports.ts";
import { recordedRun, type RunEnd, type RunFrame } from "./recorded_run.ts";
import { type UpdateOptions, updatePass, type UpdateReport } from "./update_pass.ts";

/** What a run needs besides the pass. */
export interface RunOptions extends Omit<UpdateOptions, "run">, RunFrame {}

/** How a run ended. */
export interface UpdateRun {
  readonly id: string;
  readonly result: "done" | "nothing" | "partly" | "failed";
  readonly report: UpdateReport;
  readonly seconds: number;
}

/** Runs the pass as `recordedRun()` says. */
export async function runUpdate(ports: UpdatePorts, options: RunOptions): Promise<Result<UpdateRun>> {
  const pass = (run: RunName): Promise<Result<UpdateReport>> => updatePass(ports, { ...options, run });
  const ran = await recordedRun(ports, "update", options, pass, (report, row) => endOf(ports.store, report, row));
  return ran.ok ? success({ ...ran.value, result: resultOf(ran.value.report) }) : ran;
}

function endOf(store: Store, report: UpdateReport, row: NewRun): RunEnd {
  const pushed = report.deliveries.filter(({ outcome }) => outcome.state === "pushed");
  keepHolds(store, report.held.record);
  keepTurns(store, report, row);
  return {
    result: resultOf(report),
    commit: pushed.flatMap(({ outcome }) => outcome.state === "pushed" ? [outcome.commit] : [])[0] ?? null,
    changes: pushed.flatMap(({ planned }) => writtenChanges(planned.plan)),
    problems: report.problems,
    decisions: changedDecisions(store, report, row),
  };
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

/** Whoever had a turn waits for its interval again; an image that was named is nobody's turn. */
function keepTurns(store: Store, { lanes, policies }: UpdateReport, { started }: NewRun): void {
  const { automations } = policies.automations;
  const before = keptLaneRuns(store);
  // Without automations the rows of the runs say it all.
  if (lanes.isNarrow || (automations.length === 0 && before.automations.size === 0)) return;
  keepLaneRuns(store, afterTurns(before, lanes, automations, started));
}

/** The decisions to keep, or null when none differs from what is kept: a pass with no news writes no row but its own. */
function changedDecisions(
  store: Store,
  { plan: { decisions }, lanes: { resting } }: UpdateReport,
  run: NewRun,
): readonly StoredDecision[] | null {
  const kept = new Map(store.decisions().map((stored) => [placeKey(stored), stored]));
  let changed = false;
  const rows = decisions.map((decision): StoredDecision => {
    const { file, setter, line } = decision.target;
    const json = decisionReport(decision);
    const before = kept.get(placeKey({ file, setter, line }));
    const same = before !== undefined && gist(before.decision) === gist(json);
    const repository = formatRepository(decision.target.repository);
    changed ||= !same || before.repository !== repository;
    return { file, setter, line, since: same ? before.since : run.started, run: run.id, repository, decision: json };
  });
  const decided = new Set(rows.map(placeKey));
  const rests = new Set([...resting].map(({ target: { file, setter } }) => `${file}\n${setter}`));
  const standing = [...kept].filter(([key, { file, setter }]) => !decided.has(key) && rests.has(`${file}\n${setter}`));
  const all = [...rows, ...standing.map(([, stored]) => stored)];
  return changed || kept.size !== all.length ? all : null;
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
