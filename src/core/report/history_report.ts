// The past as JSON (contracts.md 1.3).
import type { Problem } from "../model/problem.ts";
import type { RecordedChange } from "../model/recorded_change.ts";
import { formatTime, formatTimeOrNull } from "../model/time.ts";
import type { StoredDelivery } from "../ports/store.ts";
import type { Past, PastChange, PastRun, PlanCommit } from "../plan/past_run.ts";
import { problemReport } from "./reference_report.ts";

/** `magos.history/v1`. `complete` says whether nothing was left out because of the limit. */
export function historyReport(
  source: "state" | "git",
  past: Pick<Past, "runs" | "complete">,
  problems: readonly Problem[],
): Record<string, unknown> {
  return {
    schema: "magos.history/v1",
    source,
    runs: past.runs.map(runReport),
    complete: past.complete,
    problems: problems.map(problemReport),
  };
}

/** How long a run took, in seconds; null when its end or its beginning is not known, or the clock was set back. */
export function secondsOf({ started, ended }: Pick<PastRun, "started" | "ended">): number | null {
  return ended === null || ended < started ? null : Math.round(ended - started) / 1000;
}

function runReport(run: PastRun): Record<string, unknown> {
  return {
    id: run.id,
    kind: run.kind,
    trigger: run.trigger,
    host: run.host,
    started: formatTime(run.started),
    ended: formatTimeOrNull(run.ended),
    seconds: secondsOf(run),
    result: run.result,
    commit: run.commit,
    changes: run.changes.map(changeReport),
    commits: run.commits.map(commitReport),
    deliveries: run.deliveries.map(pastDelivery),
    problems: run.problems.map(problemReport),
  };
}

/** `Change` with its evidence, in the words of `Evidence`. */
export function changeReport(change: PastChange): Record<string, unknown> {
  const { file, line, column, setter, old, new: next, ...evidence } = change;
  return { file, line, column, setter, old, new: next, ...evidenceReport(evidence) };
}

/** What a trailer tells of a change besides its file. */
export function evidenceReport(change: Omit<RecordedChange, "file">): Record<string, unknown> {
  const { policy, image, from, to, created, age, platforms, signer, scan, source, revision } = change;
  return { policy, image, from, to, created, ageSeconds: age, platforms, signer, scan, source, revision };
}

/** A commit; `verified` is null when its signature was not looked at. */
export function commitReport(commit: PlanCommit): Record<string, unknown> {
  const { revision, author, time, subject, plan, revert, reason, verified } = commit;
  return { revision, author, at: formatTime(time), subject, plan, revert, reason, verified };
}

function pastDelivery(delivery: StoredDelivery): Record<string, unknown> {
  const { kind, branch, commit, subject, changes, state, createdAt, planId } = delivery;
  return { kind, branch, commit, subject, changes, state, plan: planId, at: formatTime(createdAt) };
}
