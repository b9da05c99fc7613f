// Tags that name one release, so that nobody expects them to move; `latest` and its kin move all the time.
import { isId } from "./loose/ids.ts";
import { type Reading, readTag } from "./loose/read_tag.ts";
import { wordTable } from "./loose/words.ts";

const words = wordTable({});
const channels: ReadonlySet<string> = new Set(["latest", "stable", "current", "main", "master", "lts"]);

/**
 * Whether a tag should point to one digest for ever: a version of at least two parts, a date, a commit. One number alone
 * (`postgres:16`) follows its line, unless a policy has chosen it as a version (rulings 5).
 */
export function isReleasedTag(tag: string, isChosen: boolean): boolean {
  const reading = words.ok ? readTag(tag, words.value) : null;
  if (reading === null) return tag.split(/[-_.]/).some((word) => isId(word));
  if (reading.kind === "date" || reading.suffix.ids.length > 0) return true;
  return !isMoving(reading) && (isChosen || reading.parts.length >= 2);
}

/** `1.2-nightly`, `3.0-SNAPSHOT`, `7-latest`: a version that is only where the tag stands just now. */
function isMoving({ suffix, prefix }: Reading): boolean {
  return suffix.prerelease.some(({ number }) => number === null) ||
    suffix.flavour.some(({ name }) => channels.has(name)) ||
    prefix.toLowerCase().split(/[-_.]/).some((word) => channels.has(word));
}
