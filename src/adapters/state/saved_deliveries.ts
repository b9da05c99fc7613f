// The table `deliveries`: how far each commit of magos got on its way to the remote.
import type { StoredDelivery } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";

/** Keeps a delivery; one that is there changes its state and its commit alone. */
export function saveDelivery(connection: Connection, delivery: StoredDelivery): void {
  connection.run(
    `INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, commit_id = excluded.commit_id`,
    delivery.id,
    delivery.planId,
    delivery.kind,
    delivery.branch,
    delivery.base,
    delivery.lease,
    delivery.commit,
    delivery.subject,
    delivery.changes,
    delivery.state,
    delivery.createdAt,
    delivery.delivery,
    delivery.group,
    delivery.baseBranch,
    delivery.commits,
  );
}

/** How far a delivery got so far, or null. */
export function readDeliveryState(connection: Connection, id: string): string | null {
  const row = connection.get("SELECT state FROM deliveries WHERE id = ?", id);
  return row === null ? null : String(row["state"]);
}

/** Those of one state, or the last hundred; newest first. */
export function readDeliveries(
  connection: Connection,
  state: StoredDelivery["state"] | undefined,
): readonly StoredDelivery[] {
  const rows = state === undefined
    ? connection.all("SELECT * FROM deliveries ORDER BY rowid DESC LIMIT 100")
    : connection.all("SELECT * FROM deliveries WHERE state = ? ORDER BY rowid DESC", state);
  return rows.map(deliveryOf);
}

function deliveryOf(row: Row): StoredDelivery {
  return {
    id: String(row["id"]),
    planId: String(row["plan_id"]),
    kind: String(row["kind"]) as StoredDelivery["kind"],
    delivery: String(row["delivery"]) as StoredDelivery["delivery"],
    group: textOrNull(row["group_name"]),
    baseBranch: String(row["base_branch"]),
    branch: String(row["branch"]),
    base: String(row["base"]),
    lease: textOrNull(row["lease"]),
    commit: String(row["commit_id"]),
    commits: Number(row["commits"]),
    subject: String(row["subject"]),
    changes: Number(row["changes"]),
    state: String(row["state"]) as StoredDelivery["state"],
    createdAt: Number(row["created_at"]),
  };
}

function textOrNull(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
