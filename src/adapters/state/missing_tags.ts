// Tags of the table `tags` that are no longer there, and how long what was seen of them is kept.
import type { Time } from "../../core/model/time.ts";
import type { MissingTag } from "../../core/ports/store.ts";
import type { Connection } from "./connection.ts";

const minute = 60_000;
// Seen for so long by nobody, a tag and its digests are let go of. Earlier, who removes a tag and puts it back would
// have its wait begin again, or its move forgotten (registries.md 3.6).
const keptFor = 90 * 24 * 60 * minute;
// More looks than these say nothing new, and a pass without news writes nothing.
const looksCounted = 3;

/** What a list says of the tags that are watched. */
export interface Listed {
  /** Watched, and not in a full list. */
  readonly gone: readonly string[];
  /** Missing from an earlier list, and in this one. */
  readonly back: readonly string[];
  /** Whether one of them has been gone for so long that it is let go of. */
  readonly isOld: (now: Time) => boolean;
}

/**
 * Compares a list with the tags that were ever asked for, and with those that are `held`; null for a list that is not
 * full, from which nothing is gone. A tag that is listed but answers 404 does not come back by being listed.
 */
export function findListed(
  connection: Connection,
  repository: string,
  tags: readonly string[],
  held: readonly string[] | null,
): Listed {
  const rows = connection.all("SELECT * FROM tags WHERE repository = ?", repository);
  const absent = new Set([...rows.map((row) => String(row["tag"])), ...held ?? []]);
  for (const tag of tags) absent.delete(tag);
  const counted = new Set(
    rows.filter((row) => Number(row["missing_looks"]) >= looksCounted).map((row) => String(row["tag"])),
  );
  const isMissing = rows.filter((row) => row["missing_from"] === "list").map((row) => String(row["tag"]));
  const since = rows.flatMap((row) =>
    row["missing_since"] === null || row["digest"] === null ? [] : [Number(row["missing_since"])]
  );
  return {
    gone: held === null ? [] : [...absent].filter((tag) => !counted.has(tag)),
    back: isMissing.filter((tag) => !absent.has(tag)),
    isOld: (now) => held !== null && since.some((time) => time <= now - keptFor),
  };
}

/** Writes down what a list has said. The caller holds the transaction. */
export function noteListed(connection: Connection, repository: string, listed: Listed, now: Time): void {
  for (const tag of listed.gone) noteMissing(connection, repository, tag, now, "list");
  for (const tag of listed.back) noteFound(connection, repository, tag);
  if (listed.isOld(now)) letGo(connection, repository, now - keptFor);
}

/** Counts one look that did not find the tag; looks within one minute are one. */
export function noteMissing(
  connection: Connection,
  repository: string,
  tag: string,
  now: Time,
  from: "list" | "tag",
): void {
  connection.run(
    `INSERT INTO tags (repository, tag, missing_since, missing_looks, missing_at, missing_from) VALUES (?, ?, ?, 1, ?, ?)
     ON CONFLICT DO UPDATE SET missing_since = coalesce(missing_since, excluded.missing_since),
     missing_looks = missing_looks + 1, missing_at = excluded.missing_at, missing_from = excluded.missing_from
     WHERE missing_looks < ${looksCounted} AND (missing_at IS NULL OR missing_at <= excluded.missing_at - ${minute})`,
    repository,
    tag,
    now,
    now,
    from,
  );
}

/** The tag is there. */
export function noteFound(connection: Connection, repository: string, tag: string): void {
  connection.run(
    `UPDATE tags SET missing_since = NULL, missing_looks = 0, missing_at = NULL, missing_from = NULL
     WHERE repository = ? AND tag = ? AND missing_since IS NOT NULL`,
    repository,
    tag,
  );
}

/** Since when the tag is missing, or null for one that is there or was never looked for. */
export function readMissing(connection: Connection, repository: string, tag: string): MissingTag | null {
  const row = connection.get("SELECT * FROM tags WHERE repository = ? AND tag = ?", repository, tag);
  if (row === null || row["missing_since"] === null) return null;
  return { since: Number(row["missing_since"]), looks: Number(row["missing_looks"]) };
}

/** A digest is gone with the last of all tags that were ever seen at it. */
function letGo(connection: Connection, repository: string, until: Time): void {
  connection.run(
    `DELETE FROM sightings AS old WHERE repository = ? AND NOT EXISTS (
       SELECT 1 FROM sightings AS other JOIN tags USING (repository, tag)
       WHERE other.repository = old.repository AND other.digest = old.digest
       AND (missing_since IS NULL OR missing_since > ? OR missing_looks < ${looksCounted}))`,
    repository,
    until,
  );
  // The row itself stays, and says since when the tag is missing.
  connection.run(
    `UPDATE tags AS old SET digest = NULL, checked_at = NULL, changed_at = NULL WHERE repository = ?
     AND digest IS NOT NULL AND missing_since <= ? AND missing_looks >= ${looksCounted} AND NOT EXISTS (
       SELECT 1 FROM sightings WHERE repository = old.repository AND tag = old.tag AND digest = old.digest)`,
    repository,
    until,
  );
}
