// Tags for documents that are the same as before but for the moment they were made in (RFC 9110, 8.8.3).
import { sha256Of } from "../../core/model/digest.ts";

/** Grows by itself while nothing happens. */
const movesWithTime: ReadonlySet<string> = new Set(["at", "lagSeconds"]);

/** What is answered, and its weak tag: two answers with one tag tell the same. */
export interface Tagged {
  readonly text: string;
  readonly tag: string;
}

/** A document as JSON. */
export function taggedDocument(document: Record<string, unknown>): Tagged {
  const lasting = JSON.stringify(document, (key, value) => movesWithTime.has(key) ? undefined : value);
  return { text: JSON.stringify(document), tag: tagOf(lasting) };
}

/** A text as it is. */
export function taggedText(text: string): Tagged {
  return { text, tag: tagOf(text) };
}

function tagOf(text: string): string {
  return `W/"${sha256Of(text).slice("sha256:".length, "sha256:".length + 32)}"`;
}

/** Whether `If-None-Match` names the tag; weak comparison, as for GET (RFC 9110, 13.1.2). */
export function isMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const opaque = (it: string): string => it.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((it) => opaque(it) === opaque(tag));
}
