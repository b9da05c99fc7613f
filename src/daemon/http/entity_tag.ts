// Tags for documents that are the same as before but for the moment they were made in (RFC 9110, 8.8.3).
import { sha256Of } from "../../core/model/digest.ts";

/** Grows by itself while nothing happens. */
const movesWithTime: ReadonlySet<string> = new Set(["at", "lagSeconds"]);

/** A weak tag: two documents with it tell the same. */
export function entityTag(document: Record<string, unknown>): string {
  return textTag(JSON.stringify(document, (key, value) => movesWithTime.has(key) ? undefined : value));
}

/** The weak tag of a text. */
export function textTag(text: string): string {
  return `W/"${sha256Of(text).slice("sha256:".length, "sha256:".length + 32)}"`;
}

/** Whether `If-None-Match` names the tag; weak comparison, as for GET (RFC 9110, 13.1.2). */
export function isMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const opaque = (it: string): string => it.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((it) => opaque(it) === opaque(tag));
}
