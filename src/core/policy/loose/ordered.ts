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
  keyOf: (candidate: Candidate) => Ranked | null,
): Findings {
  const dropped = new Map<string, LooseReason>(screened.dropped);
  const held = current === null ? null : keyOf(current);
  const fitting: Ranked[] = [];
  for (const candidate of screened.candidates) {
    const ranked = keyOf(candidate);
    if (ranked === null) dropped.set(candidate.tag, "not-a-version");
    else fitting.push(ranked);
  }
  const ranked = rankBestFirst(fitting, rule.descending);
  const isFree = held === null || rule.rule.allowDowngrade;
  const takeable = isFree ? ranked : ranked.filter(({ sort }) => rule.descending ? sort < held.sort : sort > held.sort);
  const candidates = takeable.map(({ tag }) => tag);
  return {
    allowed: ranked.map(({ tag }) => tag),
    candidates,
    selected: candidates[0] ?? held?.tag ?? null,
    dropped,
    notes: held === null && candidates.length > 0 ? [directionNote] : [],
  };
}
