// The tables `tags` and `sightings`: where each tag points, and since when it was seen to.
import type { Digest } from "../../core/model/digest.ts";
import type { Time } from "../../core/model/time.ts";
import type { NewSighting, Sighting, StoredTag } from "../../core/ports/store.ts";
import type { Connection, Row } from "./connection.ts";
import { noteFound } from "./missing_tags.ts";

/** Where the tag pointed when it was last asked; null for one that never answered. */
export function readTag(connection: Connection, repository: string, tag: string): StoredTag | null {
  const sql = "SELECT * FROM tags WHERE repository = ? AND tag = ? AND digest IS NOT NULL";
  const row = connection.get(sql, repository, tag);
  if (row === null) return null;
  return {
    digest: String(row["digest"]),
    checkedAt: Number(row["checked_at"]),
    changedAt: Number(row["changed_at"]),
  };
}

/** Notes where the tag points now, and the first time that it was seen to. */
export function saveTag(
  connection: Connection,
  repository: string,
  tag: string,
  digest: Digest,
  now: Time,
  seen: NewSighting,
): void {
  const isKnown = connection.unhurried(() => {
    const touched = connection.run(
      `UPDATE tags SET checked_at = ?, missing_since = NULL, missing_looks = 0, missing_at = NULL, missing_from = NULL
       WHERE repository = ? AND tag = ? AND digest = ?`,
      now,
      repository,
      tag,
      digest,
    );
    if (touched > 0) notePushed(connection, repository, tag, digest, seen.pushedAt);
    return touched > 0;
  });
  if (isKnown) return;
  connection.transaction(() => {
    connection.run(
      `INSERT INTO tags (repository, tag, digest, checked_at, changed_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET digest = excluded.digest, checked_at = excluded.checked_at,
       changed_at = excluded.changed_at`,
      repository,
      tag,
      digest,
      now,
      now,
    );
    noteFound(connection, repository, tag);
    connection.run(
      "INSERT INTO sightings VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      repository,
      tag,
      digest,
      seen.firstSeen,
      seen.pushedAt,
      seen.origin,
    );
    notePushed(connection, repository, tag, digest, seen.pushedAt);
  });
}

/** All digests that the tag was seen at, oldest sighting first. */
export function readSightings(connection: Connection, repository: string, tag: string): readonly Sighting[] {
  const sql = "SELECT * FROM sightings WHERE repository = ? AND tag = ? ORDER BY first_seen, digest";
  return connection.all(sql, repository, tag).map(sightingOf);
}

/** When this tag was first seen at this digest. */
export function readFirstSeen(connection: Connection, repository: string, tag: string, digest: Digest): Time | null {
  const row = connection.get(
    "SELECT first_seen FROM sightings WHERE repository = ? AND tag = ? AND digest = ?",
    repository,
    tag,
    digest,
  );
  return row === null ? null : Number(row["first_seen"]);
}

/** The newest moment of our own clock that any table holds. */
export function readNewestTime(connection: Connection): Time | null {
  const row = connection.get(
    `SELECT max(at) AS newest FROM (
       SELECT max(started) AS at FROM runs UNION ALL SELECT max(ended) FROM runs
       UNION ALL SELECT max(checked_at) FROM tags UNION ALL SELECT max(first_seen) FROM sightings
       UNION ALL SELECT max(scanned_at) FROM scans)`,
  );
  return row === null || row["newest"] === null ? null : Number(row["newest"]);
}

// A tag that is pushed again with the same digest gets a later time; the wait began with the first (registries.md 3.6).
function notePushed(
  connection: Connection,
  repository: string,
  tag: string,
  digest: Digest,
  pushedAt: Time | null,
): void {
  if (pushedAt === null) return;
  connection.run(
    `UPDATE sightings SET pushed_at = ? WHERE repository = ? AND tag = ? AND digest = ?
     AND (pushed_at IS NULL OR pushed_at > ?)`,
    pushedAt,
    repository,
    tag,
    digest,
    pushedAt,
  );
}

function sightingOf(row: Row): Sighting {
  return {
    digest: String(row["digest"]),
    firstSeen: Number(row["first_seen"]),
    pushedAt: row["pushed_at"] === null ? null : Number(row["pushed_at"]),
    origin: row["origin"] === "list" ? "list" : "resolve",
  };
}
