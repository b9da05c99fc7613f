// Selecting by an order alone, as plain names and numbers do: no shape, but never a step back (loose versioning 6).
import { directionNote } from "./notes.ts";
import { rankBestFirst, type Ranked } from "./ranking.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate, LooseReason, Screened } from "./screen.ts";
import type { Findings } from "./selection.ts";

/** Selects by the key that `keyOf` gives a tag; tags without one are dropped as `not-a-version`. */
export function selectOrdered(
  screened: Screened,
  rule: CompiledLoose,
  current: Candidate | null,
  keyOf: (tag: string, text: string) => Ranked | null,
): Findings {
  const { tags, texts } = screened;
  const dropped = new Map<string, LooseReason>(screened.dropped);
  const held = current === null ? null : keyOf(current.tag, current.text);
  const fitting: Ranked[] = [];
  for (let at = 0; at < tags.length; at++) {
    const tag = tags[at] ?? "";
    const ranked = keyOf(tag, texts[at] ?? "");
    if (ranked === null) dropped.set(tag, "not-a-version");
    else fitting.push(ranked);
  }
  const ranked = rankBestFirst(fitting, rule.descending);
  const isBetter = (sort: string, than: string): boolean => rule.descending ? sort < than : sort > than;
  const isFree = held === null || rule.rule.allowDowngrade;
  const end = isFree ? -1 : ranked.findIndex(({ sort }) => !isBetter(sort, held.sort));
  const candidateCount = end < 0 ? ranked.length : end;
  return {
    candidates: ranked.slice(0, candidateCount).map(({ tag }) => tag),
    below: () => ranked.slice(candidateCount).map(({ tag }) => tag),
    selected: (candidateCount > 0 ? ranked[0] : held)?.tag ?? null,
    dropped,
    notes: held === null && candidateCount > 0 ? [directionNote] : [],
  };
}
