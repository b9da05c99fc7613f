// Where a list that grows at its end can be gone on with (registries 2.6). That a host bears it is proven by each answer:
// the cursor points before the last name that was read, so that this name has to come back.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { isTag } from "../../core/model/reference.ts";
import type { RegistryState } from "./registry_state.ts";

/** The last two names of a list, in the registry's order. */
export interface TagCursor {
  readonly anchor: string;
  readonly tail: string;
}

/**
 * Whether the host lists the oldest tag first and takes any tag as `last`: GitHub's, lscr.io included, until it was
 * seen not to. Never zot, which refuses a `last` that is gone, nor registry:2, which ignores it (registries 2.6).
 */
export function bearsCursor(state: RegistryState, endpoint: Endpoint): boolean {
  const known = endpoint.host === "ghcr.io" && endpoint.origin === "https://ghcr.io";
  return known && state.hosts.profile(endpoint.host).tagCursor !== "broken";
}

/** Two tags and a space between, which no tag holds. */
export function formatCursor({ anchor, tail }: TagCursor): string {
  return `${anchor} ${tail}`;
}

/** The cursor of an earlier call; null for any other text. */
export function parseCursor(text: string | null): TagCursor | null {
  const [anchor = "", tail = "", ...rest] = (text ?? "").split(" ");
  return isTag(anchor) && isTag(tail) && rest.length === 0 ? { anchor, tail } : null;
}

/**
 * The cursor of a whole list, or null where it saves nothing or cannot be trusted: one page costs no more than the
 * question for what is new and shows deletions too, and a list in the order of its names may grow anywhere.
 */
export function cursorOf(tags: readonly string[], pages: number): TagCursor | null {
  const [anchor, tail] = tags.slice(-2);
  if (pages < 2 || anchor === undefined || tail === undefined || isByName(tags)) return null;
  return { anchor, tail };
}

/** Whether so many known names are more than a few that were pushed again and moved to the end by that. */
export function isInForce(names: number, known: number): boolean {
  return names > Math.max(10, known / 10);
}

/**
 * Whether a whole list agrees with going on at the cursor. It does not when the two names still follow each other though
 * the answer strayed, or when new names stand in the midst of known ones.
 */
export function judgeCursor(
  { anchor, tail }: TagCursor,
  known: readonly string[],
  tags: readonly string[],
  strayed: boolean,
): boolean {
  const end = tags.indexOf(tail);
  if (strayed && end > 0 && tags[end - 1] === anchor) return false;
  const before = new Set(known);
  const firstNew = tags.findIndex((tag) => !before.has(tag));
  if (firstNew < 0) return true;
  let behind = 0;
  for (let index = firstNew; index < tags.length; index++) if (before.has(tags[index] ?? "")) behind++;
  return !isInForce(behind, before.size);
}

function isByName(tags: readonly string[]): boolean {
  return isSorted(tags, (tag) => tag) || isSorted(tags, (tag) => tag.toLowerCase());
}

// The two orders that the distribution specification allows.
function isSorted(tags: readonly string[], key: (tag: string) => string): boolean {
  let before = "";
  for (const tag of tags) {
    const now = key(tag);
    if (now < before) return false;
    before = now;
  }
  return true;
}
