// The stacks of a host as they were left, as JSON (contracts.md 1.3, `status`).
import type { StackRow } from "../model/stack.ts";
import { formatTime } from "../model/time.ts";
import { healthReport } from "./apply_report.ts";

/** `stacks` of `magos.status/v1`. Nobody is asked: health is what the last pass saw. */
export function stacksReport(rows: readonly StackRow[]): readonly Record<string, unknown>[] {
  return rows.map((row) => ({
    name: row.name,
    kind: "compose",
    wanted: row.wanted.revision,
    running: row.applied?.revision ?? null,
    hash: row.applied?.hash ?? null,
    state: stackState(row),
    images: [...row.images].flatMap(([service, { written, digests }]) =>
      written === null ? [] : [{ service, ref: { ...written, digest: written.digest ?? digests[0] ?? null } }]
    ),
    health: row.applied === null && row.reason === null ? null : healthReport({
      state: row.reason === null ? "healthy" : "unhealthy",
      since: row.since,
      message: row.reason ?? "",
      log: [],
    }),
    since: formatTime(row.since),
    waitsFor: row.phase === "rolled-back" ? "git" : row.retryAt === null ? null : "retry",
  }));
}

/** The state in the words of an apply pass, where it is one of those. */
export function stackState(row: StackRow): string {
  if (row.phase === "settled") return row.failures > 0 ? "failed" : "current";
  return row.phase;
}
