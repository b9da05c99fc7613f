// The stacks of a host as they were left, as JSON (contracts.md 1.3, `status`).
import type { StackRow } from "../model/stack.ts";
import type { StackWord } from "../model/stack_word.ts";
import { formatTime, formatTimeOrNull } from "../model/time.ts";
import { healthReport } from "./apply_report.ts";

/** `stacks` of `magos.status/v1`. Nobody is asked: health is what the last pass saw of what runs. */
export function stacksReport(rows: readonly StackRow[]): readonly Record<string, unknown>[] {
  return rows.map((row) => ({
    name: row.name,
    kind: "compose",
    wanted: row.said === null || row.said.state === "current" ? row.wanted.revision : row.said.revision,
    running: row.applied?.revision ?? null,
    hash: row.applied?.hash ?? null,
    state: stackState(row),
    images: [...row.images].flatMap(([service, { written, digests }]) =>
      written === null ? [] : [{ service, ref: { ...written, digest: written.digest ?? digests[0] ?? null } }]
    ),
    // While something is done to it nobody knows.
    health: row.health === null || isUnderWay(row) ? null : healthReport(row.health),
    since: formatTime(row.since),
    reason: stackWait(row).reason,
    waitsFor: stackWait(row).waitsFor,
    until: formatTimeOrNull(stackWait(row).until),
  }));
}

/** The state in the words of an apply pass, where it is one of those, else how far a deployment came. */
export function stackState(row: StackRow): string {
  const { phase, failures, said } = row;
  if (isUnderWay(row)) return phase;
  // What failed is no better while it waits for the next try.
  if (said !== null) return said.waitsFor === "retry" ? "failed" : said.state;
  return phase === "settled" ? failures > 0 ? "failed" : "current" : phase;
}

/** Why a stack is not as git says, what it waits for, and until when. */
export function stackWait(row: StackRow): Pick<StackWord, "waitsFor" | "until"> & { readonly reason: string | null } {
  const { phase, said, reason, retryAt } = row;
  if (said !== null && !isUnderWay(row)) {
    return { reason: said.reason === "" ? null : said.reason, waitsFor: said.waitsFor, until: said.until };
  }
  return { reason, waitsFor: phase === "rolled-back" ? "git" : retryAt === null ? null : "retry", until: retryAt };
}

/** Whether a pass left it, or is, in the middle of a deployment or a roll-back. */
export function isUnderWay({ phase }: StackRow): boolean {
  return phase !== "settled" && phase !== "rolled-back";
}
