// From the registry's tags to the texts that a selector compares, one tag for each (Flux semantics 1.2 and 1.3).
import type { FluxReason } from "./reasons.ts";
import type { CompiledFlux } from "./rule.ts";

/** A text that the selector compares, and the tag that it stands for. */
export interface Entry {
  readonly key: string;
  readonly tag: string;
}

/** A tag that takes no part, and why. */
export interface Dropped {
  readonly reason: FluxReason;
  readonly key: string | null;
}

/** What is left of a list of tags, greatest tag first by bytes, whatever order a registry lists them in. */
export interface Filtered {
  /** All tags, each once. */
  readonly tags: readonly string[];
  readonly entries: readonly Entry[];
  readonly dropped: ReadonlyMap<string, Dropped>;
}

/** Excludes, filters and extracts. Of several tags with one key the least by bytes stays. */
export function filterTags(listed: readonly string[], rule: CompiledFlux): Filtered {
  // Sorting without a function compares code units, for tags their bytes, and is fast without a compiler too.
  const tags = [...new Set(listed)].sort().reverse();
  const dropped = new Map<string, Dropped>();
  const entries: Entry[] = [];
  for (const tag of tags) {
    if (rule.skip.has(tag) || rule.isExcluded(tag)) {
      dropped.set(tag, { reason: "excluded", key: null });
      continue;
    }
    const key = rule.keyOf(tag);
    if (key === null) dropped.set(tag, { reason: "filter", key: null });
    else entries.push({ key, tag });
  }
  return { tags, entries: rule.extracts ? keepLast(entries, dropped) : entries, dropped };
}

/** As a map does that is filled in this order: a later tag takes the place of an earlier one with the same key. */
function keepLast(entries: readonly Entry[], dropped: Map<string, Dropped>): readonly Entry[] {
  const last = new Map(entries.map((entry) => [entry.key, entry]));
  if (last.size === entries.length) return entries;
  return entries.filter((entry) => {
    if (last.get(entry.key) === entry) return true;
    dropped.set(entry.tag, { reason: "shadowed", key: entry.key });
    return false;
  });
}
