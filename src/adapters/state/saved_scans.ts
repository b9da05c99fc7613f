// The table `scans`: the last complete tag list of each repository, and why there is no newer one.
import { sha256Of } from "../../core/model/digest.ts";
import type { Problem } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import { type NewScan, type ScanFailure, type StoredScan, StoreFailure } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";
import { findListed, noteListed } from "./missing_tags.ts";
import { joinTags, packTags, unpackTags } from "./tag_list.ts";

/** The last list, or null when none was ever complete. */
export function readScan(connection: Connection, repository: string): StoredScan | null {
  const row = connection.get("SELECT * FROM scans WHERE repository = ? AND tags IS NOT NULL", repository);
  if (row === null) return null;
  const packed = row["tags"] as Uint8Array;
  const checksum = String(row["checksum"]);
  const readTags = (): readonly string[] => unpackTags(packed, checksum) ?? dropList(connection, repository);
  const failed = failureOf(row);
  return {
    // A list that is due is asked for again, and only its age is looked at.
    get tags(): readonly string[] {
      return readTags();
    },
    scannedAt: Number(row["scanned_at"]),
    dueAt: Number(row["due_at"]),
    listedFullAt: Number(row["listed_full_at"]),
    cursor: row["cursor"] === null ? null : String(row["cursor"]),
    lastFailure: failed?.problem ?? null,
    failingSince: failed?.since ?? null,
  };
}

/** Why the last question failed, or null. */
export function readScanFailure(connection: Connection, repository: string): ScanFailure | null {
  const sql = "SELECT due_at, last_failure, failing_since FROM scans WHERE repository = ?";
  const row = connection.get(sql, repository);
  return row === null ? null : failureOf(row);
}

/** Keeps a list and clears the failure. A list that is the same is not written again. */
export function saveScan(connection: Connection, repository: string, scan: NewScan): void {
  const { full = true, cursor = null, held = [] } = scan;
  const listed = findListed(connection, repository, scan.tags, full ? held : null);
  const text = joinTags(scan.tags);
  const checksum = sha256Of(text);
  const times = [scan.scannedAt, scan.dueAt, full ? scan.scannedAt : null, cursor];
  const touch = (): boolean => {
    const touched = connection.run(
      `UPDATE scans SET scanned_at = ?, due_at = ?, listed_full_at = coalesce(?, listed_full_at), cursor = ?,
       last_failure = NULL, failing_since = NULL WHERE repository = ? AND checksum = ?`,
      ...times,
      repository,
      checksum,
    );
    return touched > 0;
  };
  const isQuiet = listed.gone.length + listed.back.length === 0 && !listed.isOld(scan.scannedAt);
  if (isQuiet && connection.unhurried(touch)) return;
  connection.transaction(() => {
    if (!touch()) {
      connection.run(
        `INSERT INTO scans (repository, tags, checksum, due_at) VALUES (?, ?, ?, 0)
         ON CONFLICT DO UPDATE SET tags = excluded.tags, checksum = excluded.checksum`,
        repository,
        packTags(text),
        checksum,
      );
      touch();
    }
    noteListed(connection, repository, listed, scan.scannedAt);
  });
}

/** Notes why asking failed. The list that is there stays. */
export function saveScanFailure(
  connection: Connection,
  repository: string,
  problem: Problem,
  dueAt: Time,
  now: Time,
): void {
  connection.run(
    `INSERT INTO scans (repository, due_at, last_failure, failing_since) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET due_at = excluded.due_at, last_failure = excluded.last_failure,
     failing_since = coalesce(failing_since, excluded.failing_since)`,
    repository,
    dueAt,
    JSON.stringify(problem),
    now,
  );
}

function failureOf(row: Row): ScanFailure | null {
  if (row["last_failure"] === null) return null;
  return {
    problem: JSON.parse(String(row["last_failure"])) as Problem,
    since: Number(row["failing_since"]),
    dueAt: Number(row["due_at"]),
  };
}

/** Nothing is concluded from a damaged list: this pass ends, and the next one asks anew. */
function dropList(connection: Connection, repository: string): never {
  connection.run("UPDATE scans SET tags = NULL, checksum = NULL, due_at = 0 WHERE repository = ?", repository);
  throw new StoreFailure(`the kept tags of ${repository} are damaged; the next run asks for them again`);
}
