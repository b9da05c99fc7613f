// Rows of the state file to the records that the rest of magos knows.
import type { SQLOutputValue } from "node:sqlite";
import type { Problem } from "../../core/model/problem.ts";
import type { Run, StoredDecision, StoredDelivery } from "../../core/ports/store.ts";

type Row = Record<string, SQLOutputValue>;

/** One row of `runs`. */
export function runOf(row: Row): Run {
  return {
    id: String(row["id"]),
    kind: String(row["kind"]) as Run["kind"],
    trigger: String(row["trigger"]),
    host: String(row["host"]),
    started: Number(row["started"]),
    ended: row["ended"] === null ? null : Number(row["ended"]),
    result: String(row["result"]) as Run["result"],
    commit: row["commit_id"] === null ? null : String(row["commit_id"]),
    problems: JSON.parse(String(row["problems"])) as Problem[],
  };
}

/** One row of `deliveries`. */
export function deliveryOf(row: Row): StoredDelivery {
  return {
    id: String(row["id"]),
    planId: String(row["plan_id"]),
    kind: String(row["kind"]) as StoredDelivery["kind"],
    branch: String(row["branch"]),
    base: String(row["base"]),
    lease: String(row["lease"]),
    commit: String(row["commit_id"]),
    subject: String(row["subject"]),
    changes: Number(row["changes"]),
    state: String(row["state"]) as StoredDelivery["state"],
    createdAt: Number(row["created_at"]),
  };
}

/** One row of `decisions`. */
export function decisionOf(row: Row): StoredDecision {
  return {
    file: String(row["file"]),
    setter: String(row["setter"]),
    line: Number(row["line"]),
    since: Number(row["since"]),
    run: String(row["run"]),
    decision: JSON.parse(String(row["decision"])) as unknown,
  };
}
