// The table `scans`: the last complete tag list of each repository, and why there is no newer one.
import { sha256Of } from "../../core/model/digest.ts";
import type { Problem } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import { type StoredScan, StoreFailure } from "../../core/ports/store.ts";
import type { Connection } from "./connection.ts";
import { joinTags, packTags, unpackTags } from "./tag_list.ts";

/** The last list, or null when none was ever complete. */
export function readScan(connection: Connection, repository: string): StoredScan | null {
  const row = connection.get("SELECT * FROM scans WHERE repository = ? AND tags IS NOT NULL", repository);
  if (row === null) return null;
  const packed = row["tags"] as Uint8Array;
  const checksum = String(row["checksum"]);
  const readTags = (): readonly string[] => unpackTags(packed, checksum) ?? dropList(connection, repository);
  return {
    // A list that is due is asked for again, and only its age is looked at.
    get tags(): readonly string[] {
      return readTags();
    },
    scannedAt: Number(row["scanned_at"]),
    dueAt: Number(row["due_at"]),
    lastFailure: row["last_failure"] === null ? null : JSON.parse(String(row["last_failure"])) as Problem,
  };
}

/** Keeps a list and clears the failure. A list that is the same is not written again. */
export function saveScan(connection: Connection, repository: string, scan: Omit<StoredScan, "lastFailure">): void {
  const text = joinTags(scan.tags);
  const checksum = sha256Of(text);
  const touch = `UPDATE scans SET scanned_at = ?, due_at = ?, last_failure = NULL
    WHERE repository = ? AND checksum = ?`;
  const { scannedAt, dueAt } = scan;
  if (connection.unhurried(() => connection.run(touch, scannedAt, dueAt, repository, checksum)) > 0) return;
  connection.run(
    `INSERT INTO scans VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET tags = excluded.tags,
     checksum = excluded.checksum, scanned_at = excluded.scanned_at, due_at = excluded.due_at, last_failure = NULL`,
    repository,
    packTags(text),
    checksum,
    scannedAt,
    dueAt,
  );
}

/** Notes why asking failed. The list that is there stays. */
export function saveScanFailure(connection: Connection, repository: string, problem: Problem, dueAt: Time): void {
  connection.run(
    `INSERT INTO scans VALUES (?, NULL, NULL, NULL, ?, ?)
     ON CONFLICT DO UPDATE SET due_at = excluded.due_at, last_failure = excluded.last_failure`,
    repository,
    dueAt,
    JSON.stringify(problem),
  );
}

/** Nothing is concluded from a damaged list: this pass ends, and the next one asks anew. */
function dropList(connection: Connection, repository: string): never {
  connection.run("UPDATE scans SET tags = NULL, checksum = NULL, due_at = 0 WHERE repository = ?", repository);
  throw new StoreFailure(`the kept tags of ${repository} are damaged; the next run asks for them again`);
}
