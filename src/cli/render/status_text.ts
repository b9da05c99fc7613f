// The state for people: last pass, images, and what waits.
import type { Hold } from "../../core/model/hold.ts";
import type { StackRow } from "../../core/model/stack.ts";
import { formatTime } from "../../core/model/time.ts";
import type { Store, StoredDecision, StoredDelivery } from "../../core/ports/store.ts";
import type { System } from "../../core/ports/system.ts";
import { endKilled } from "../../core/plan/killed_run.ts";
import { nextPassTime } from "../../core/report/pass_times.ts";
import { type RegistryStanding, registryStandings } from "../../core/report/registries_report.ts";
import { isUnderWay, stackState, stackWait } from "../../core/report/status_stacks.ts";
import { painterFor } from "./colour.ts";
import { versionText } from "./plan_text.ts";
import { renderHolds } from "./hold_text.ts";
import { renderTable } from "./table.ts";
import { oneLine, renderProblems } from "./problems.ts";
import type { ImageReference } from "../../core/model/reference.ts";

/** The whole text. `killed` is the run whose process is gone, if one is. */
export function renderStatus(system: System, store: Store, holds: readonly Hold[], killed: string | null): string {
  const [last] = endKilled(store.runs(1), killed);
  if (last === undefined) return "No pass has run here yet. magos update runs one.\n";
  const [branch, revision] = store.meta("head.seen")?.split(" ") ?? [];
  const at = branch === undefined ? "" : `, at ${branch} ${revision?.slice(0, 12) ?? ""}`;
  const paint = painterFor(system, system.stdout);
  const lines = [`Last pass ${last.id}: ${last.result}, ${formatTime(last.ended ?? last.started)}${at}\n`];
  const next = (["update", "apply"] as const).flatMap((kind) => {
    const time = nextPassTime(store, kind, system.clock.now());
    return time === null ? [] : [`${kind} ${formatTime(time)}`];
  });
  if (next.length > 0) lines.push(`Next: ${next.join(", ")}\n`);
  const rows = store.decisions().map(rowOf);
  if (rows.length > 0) lines.push("\n", renderTable(["IMAGE", "CURRENT", "NEWEST", "STATE", "SINCE", "WHERE"], rows));
  const stacks = store.stacks().map(stackRow);
  if (stacks.length > 0) lines.push("\n", renderTable(["STACK", "STATE", "HEALTH", "SINCE", "RUNS", "WHY"], stacks));
  if (holds.length > 0) lines.push("\n", renderHolds(holds));
  const registries = registryStandings(store, system.clock.now()).filter(hasNews).map(registryRow);
  if (registries.length > 0) lines.push("\n", renderTable(["REGISTRY", "PULLS LEFT", "PAUSED UNTIL"], registries));
  const delivered = store.deliveries().slice(0, deliveriesShown).map(deliveryRow);
  if (delivered.length > 0) {
    lines.push("\n", renderTable(["LAST DELIVERIES", "STATE", "BRANCH", "COMMIT", "SUBJECT"], delivered));
  }
  if (last.problems.length > 0) lines.push("\n", renderProblems(last.problems, paint));
  return lines.join("");
}

const deliveriesShown = 5;

function stackRow(row: StackRow): readonly string[] {
  const running = row.applied?.revision.slice(0, 12) ?? "nothing";
  return [
    row.name,
    stackState(row),
    isUnderWay(row) ? "" : row.health?.state ?? "",
    formatTime(row.since),
    running,
    whyOf(row),
  ];
}

/** `its window is closed; waits for window until 2026-01-20T22:00:00Z`. */
function whyOf(row: StackRow): string {
  const { reason, waitsFor, until } = stackWait(row);
  const end = until === null ? "" : ` until ${formatTime(until)}`;
  return [reason === null ? "" : oneLine(reason), waitsFor === null ? "" : `waits for ${waitsFor}${end}`]
    .filter((part) => part !== "").join("; ");
}

function deliveryRow({ createdAt, state, branch, commit, subject }: StoredDelivery): readonly string[] {
  return [formatTime(createdAt), state, branch, commit.slice(0, 12), subject];
}

function hasNews({ pausedUntil, quota }: RegistryStanding): boolean {
  return pausedUntil !== null || quota.remaining !== null;
}

function registryRow({ host, pausedUntil, quota }: RegistryStanding): readonly string[] {
  const { remaining, limit, resetAt } = quota;
  const until = resetAt === null ? "" : `, until ${formatTime(resetAt)}`;
  const left = remaining === null ? "" : `${remaining} of ${limit ?? "?"}${until}`;
  return [host, left, pausedUntil === null ? "" : formatTime(pausedUntil)];
}

function rowOf(stored: StoredDecision): readonly string[] {
  const { current, newest, state } = stored.decision as {
    readonly current: ImageReference;
    readonly newest: ImageReference | null;
    readonly state: string;
  };
  return [
    current.name,
    versionText(current),
    newest === null ? "" : versionText(newest),
    state,
    formatTime(stored.since),
    `${stored.file}:${stored.line}`,
  ];
}
