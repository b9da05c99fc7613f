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
  readonly entries: readonly Entry[];
  readonly dropped: ReadonlyMap<string, Dropped>;
}

/** Excludes, filters and extracts. Of several tags with one key the least by bytes stays. */
export function filterTags(tags: readonly string[], rule: CompiledFlux): Filtered {
  const dropped = new Map<string, Dropped>();
  const tagOf = new Map<string, string>();
  // Sorting without a function compares code units: for tags, their bytes.
  for (const tag of [...new Set(tags)].sort().reverse()) {
    if (rule.skip.has(tag) || rule.isExcluded(tag)) {
      dropped.set(tag, { reason: "excluded", key: null });
      continue;
    }
    const key = rule.keyOf(tag);
    if (key === null) {
      dropped.set(tag, { reason: "filter", key: null });
      continue;
    }
    const shadowed = tagOf.get(key);
    if (shadowed !== undefined) {
      dropped.set(shadowed, { reason: "shadowed", key });
      // So that the entries stay in the order of their tags.
      tagOf.delete(key);
    }
    tagOf.set(key, tag);
  }
  return { entries: Array.from(tagOf, ([key, tag]) => ({ key, tag })), dropped };
}
