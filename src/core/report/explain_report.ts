// Why a value is what it is, as JSON (contracts.md 1.3).
import type { Decision, TagReason } from "../model/decision.ts";
import type { Hold } from "../model/hold.ts";
import type { Problem } from "../model/problem.ts";
import { formatTime, formatTimeOrNull, type Time } from "../model/time.ts";
import { squashNumber } from "../plan/landing.ts";
import type { ValueOrigin, ValuePast } from "../plan/value_origin.ts";
import { decisionReport } from "./decision_report.ts";
import { commitReport, evidenceReport } from "./history_report.ts";
import { holdReport } from "./hold_report.ts";
import { problemReport } from "./reference_report.ts";

/** One decision with all that led to it. */
export interface ExplainItem {
  readonly decision: Decision;
  readonly scannedAt: Time | null;
  readonly scanComplete: boolean;
  /** What git tells of the value; null when it was not or could not be asked. */
  readonly past: ValuePast | null;
  /** The branch that the commit was delivered to, where this machine did it. */
  readonly deliveredTo: string | null;
  /** All that concern the value, whether or not they bar anything now. */
  readonly holds: readonly Hold[];
}

/** `magos.explain/v1`. */
export function explainReport(
  query: string,
  at: Time,
  items: readonly ExplainItem[],
  problems: readonly Problem[],
): Record<string, unknown> {
  return {
    schema: "magos.explain/v1",
    query,
    at: formatTime(at),
    items: items.map((item) => ({
      decision: decisionReport(item.decision),
      nextChangeAt: formatTimeOrNull(nextChangeAt(item.decision)),
      tags: item.decision.tags,
      counts: countVerdicts(item.decision.tags),
      scannedAt: formatTimeOrNull(item.scannedAt),
      scanComplete: item.scanComplete,
      holds: item.holds.map(holdReport),
      setBy: originReport(item.past?.setBy ?? null, item.deliveredTo),
      movedSince: originReport(item.past?.movedSince ?? null, null),
    })),
    problems: problems.map(problemReport),
  };
}

/** The commit that set a value, with its evidence and the way it came to the branch. */
function originReport(origin: ValueOrigin | null, deliveredTo: string | null): Record<string, unknown> | null {
  if (origin === null) return null;
  const { commit, run, change, landing } = origin;
  const { file: _file, ...evidence } = change;
  return {
    commit: commitReport(commit),
    run,
    change: evidenceReport(evidence),
    merge: landing?.merge ?? null,
    branch: landing?.branch ?? deliveredTo,
    number: landing?.number ?? squashNumber(commit.subject),
  };
}

/** When a blocker may clear by itself; null when nothing that is known changes the answer. */
export function nextChangeAt(decision: Decision): Time | null {
  const times = decision.blockers.flatMap((gate) => gate.until ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** How many tags had each verdict, in a fixed order. */
export function countVerdicts(tags: readonly TagReason[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict } of tags) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a < b ? -1 : 1));
}
