// The table `runs`: what passes did, the last ones only.
import type { Problem } from "../../core/model/problem.ts";
import type { WrittenChange } from "../../core/model/recorded_change.ts";
import type { NewRun, Run } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";

const runsKept = 1000;

/** Inserts a run; one that is still `running` was killed. */
export function beginRun(connection: Connection, run: NewRun): void {
  connection.run("UPDATE runs SET result = 'interrupted' WHERE result = 'running'");
  connection.run(
    "INSERT INTO runs VALUES (?, ?, ?, ?, ?, NULL, 'running', NULL, '[]', '[]')",
    run.id,
    run.kind,
    run.trigger,
    run.host,
    run.started,
  );
}

/** Closes a run, and lets go of the oldest. */
export function endRun(connection: Connection, run: Run): void {
  connection.run(
    "UPDATE runs SET ended = ?, result = ?, commit_id = ?, problems = ?, changes = ? WHERE id = ?",
    run.ended,
    run.result,
    run.commit,
    JSON.stringify(run.problems),
    JSON.stringify(run.changes),
    run.id,
  );
  // Of each kind: a host that applies every few minutes would else forget its last update pass within a day.
  connection.run(
    "DELETE FROM runs WHERE kind = ? AND id NOT IN (SELECT id FROM runs WHERE kind = ? ORDER BY rowid DESC LIMIT ?)",
    run.kind,
    run.kind,
    runsKept,
  );
}

/** The last runs, of all kinds or of one, the one begun last first. */
export function readRuns(connection: Connection, limit: number, kind: Run["kind"] | null): readonly Run[] {
  const rows = kind === null
    ? connection.all("SELECT * FROM runs ORDER BY rowid DESC LIMIT ?", limit)
    : connection.all("SELECT * FROM runs WHERE kind = ? ORDER BY rowid DESC LIMIT ?", kind, limit);
  return rows.map(runOf);
}

function runOf(row: Row): Run {
  return {
    id: String(row["id"]),
    kind: String(row["kind"]) as Run["kind"],
    trigger: String(row["trigger"]),
    host: String(row["host"]),
    started: Number(row["started"]),
    ended: row["ended"] === null ? null : Number(row["ended"]),
    result: String(row["result"]) as Run["result"],
    commit: row["commit_id"] === null ? null : String(row["commit_id"]),
    changes: JSON.parse(String(row["changes"])) as WrittenChange[],
    problems: JSON.parse(String(row["problems"])) as Problem[],
  };
}
