// The tables `tags` and `sightings`: where each tag points, and since when it was seen to.
import type { Digest } from "../../core/model/digest.ts";
import type { Time } from "../../core/model/time.ts";
import type { StoredTag } from "../../core/ports/store.ts";
import type { Connection } from "./connection.ts";

/** Where the tag pointed when it was last asked. */
export function readTag(connection: Connection, repository: string, tag: string): StoredTag | null {
  const row = connection.get("SELECT * FROM tags WHERE repository = ? AND tag = ?", repository, tag);
  if (row === null) return null;
  return {
    digest: String(row["digest"]),
    checkedAt: Number(row["checked_at"]),
    changedAt: Number(row["changed_at"]),
  };
}

/** Notes where the tag points now, and the first time that it was seen to. */
export function saveTag(connection: Connection, repository: string, tag: string, digest: Digest, now: Time): void {
  const touch = "UPDATE tags SET checked_at = ? WHERE repository = ? AND tag = ? AND digest = ?";
  if (connection.unhurried(() => connection.run(touch, now, repository, tag, digest)) > 0) return;
  connection.transaction(() => {
    connection.run(
      `INSERT INTO tags VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at,
       changed_at = CASE WHEN digest = excluded.digest THEN changed_at ELSE excluded.changed_at END,
       digest = excluded.digest`,
      repository,
      tag,
      digest,
      now,
      now,
    );
    connection.run("INSERT INTO sightings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", repository, tag, digest, now);
  });
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
