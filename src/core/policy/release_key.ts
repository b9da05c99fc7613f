// Whether two tags name one release, whatever they are packaged for: a server and its worker are told by it.
import { rankOf } from "./loose/order.ts";
import { readTag } from "./loose/read_tag.ts";
import { wordTable } from "./loose/words.ts";

const words = wordTable({});

/**
 * A text that is the same for all tags of one release, or null when the tag is no version. Numbers, prerelease and fix
 * words count (loose versioning 2, rules 1 to 4); prefix, flavour, build and id do not: `v1.2.0`, `1.2-cuda` and
 * `1.2.0-ls7` are one release.
 */
export function releaseKey(tag: string): string | null {
  const reading = words.ok ? readTag(tag, words.value) : null;
  if (reading === null) return null;
  return rankOf({ ...reading, suffix: { ...reading.suffix, build: [], flavour: [], ids: [] } }).key;
}
