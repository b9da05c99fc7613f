// The table `stacks`: how far each stack of this host got, and what it can go back to.
import type { StackBackup } from "../../core/model/backup.ts";
import type { Health } from "../../core/model/health.ts";
import type { StackImage, StackRow, StackVersion } from "../../core/model/stack.ts";
import type { StackWord } from "../../core/model/stack_word.ts";
import type { Connection, Row } from "./connection.ts";

/** Keeps the row in the place of an earlier one. */
export function saveStack(connection: Connection, row: StackRow): void {
  connection.run(
    "INSERT OR REPLACE INTO stacks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    row.name,
    row.project,
    row.phase,
    JSON.stringify(row.wanted),
    jsonOrNull(row.applied),
    jsonOrNull(row.lastGood),
    jsonOrNull(row.bad),
    row.reason,
    row.interruptions,
    JSON.stringify([...row.images]),
    row.failures,
    row.retryAt,
    row.since,
    row.backup === null ? null : JSON.stringify(row.backup),
    jsonOrNull(row.said),
    jsonOrNull(row.health),
    row.isMixed ? 1 : 0,
    JSON.stringify(row.engineSecrets),
  );
}

/** All rows, by name. */
export function readStacks(connection: Connection): readonly StackRow[] {
  return connection.all("SELECT * FROM stacks ORDER BY name").map(stackOf);
}

/** Forgets a stack that left the host. */
export function forgetStack(connection: Connection, name: string): void {
  connection.run("DELETE FROM stacks WHERE name = ?", name);
}

function stackOf(row: Row): StackRow {
  return {
    name: String(row["name"]),
    project: String(row["project"]),
    phase: String(row["phase"]) as StackRow["phase"],
    wanted: JSON.parse(String(row["wanted"])) as StackVersion,
    applied: fromJson<StackVersion>(row["applied"]),
    lastGood: fromJson<StackVersion>(row["last_good"]),
    bad: fromJson<StackVersion>(row["bad"]),
    reason: row["reason"] === null ? null : String(row["reason"]),
    interruptions: Number(row["interruptions"]),
    images: new Map(JSON.parse(String(row["images"])) as readonly (readonly [string, StackImage])[]),
    backup: row["backup"] === null ? null : JSON.parse(String(row["backup"])) as StackBackup,
    failures: Number(row["failures"]),
    retryAt: row["retry_at"] === null ? null : Number(row["retry_at"]),
    since: Number(row["since"]),
    said: fromJson<StackWord>(row["said"]),
    health: fromJson<Health>(row["health"]),
    isMixed: row["is_mixed"] === 1,
    engineSecrets: JSON.parse(String(row["engine_secrets"])) as readonly string[],
  };
}

function jsonOrNull(value: StackVersion | StackWord | Health | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromJson<T>(value: Row[string] | undefined): T | null {
  return value === null || value === undefined ? null : JSON.parse(String(value)) as T;
}
