// The table `contents`: what stands behind a digest, which never changes.
import type { Digest } from "../../core/model/digest.ts";
import type { Content } from "../../core/ports/registry.ts";
import type { Connection } from "./connection.ts";

/** What stands behind the digest, or null when it was never fetched. */
export function readContent(connection: Connection, digest: Digest): Content | null {
  const row = connection.get("SELECT content FROM contents WHERE digest = ?", digest);
  if (row === null) return null;
  // Older rows name no children and no notes, and nothing is concluded from none.
  const older = { children: [], notes: [], partial: false };
  return { ...older, ...JSON.parse(String(row["content"])) as Omit<Content, keyof typeof older> };
}

/** Keeps what was fetched. */
export function saveContent(connection: Connection, content: Content): void {
  connection.run(
    "INSERT INTO contents VALUES (?, ?) ON CONFLICT DO NOTHING",
    content.digest,
    JSON.stringify(content),
  );
}
