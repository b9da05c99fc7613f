// The selector `alphabetical`: plain order of the texts by bytes (Flux semantics 1.5). No two texts are equal.
import { compareTexts } from "../loose/natural.ts";
import type { Entry } from "./filter.ts";
import { type Ranking, standingOf } from "./ranked.ts";

/** Ranks texts, greatest first, or least first when `descending`. */
export function rankByAlphabet(entries: readonly Entry[], descending: boolean, current: string | null): Ranking {
  const entryOf = new Map(entries.map((entry) => [entry.key, entry]));
  const keys = [...entryOf.keys()].sort();
  if (!descending) keys.reverse();
  const sign = descending ? -1 : 1;
  const ranked = keys.map((key) => ({
    key,
    tag: entryOf.get(key)?.tag ?? key,
    standing: current === null ? null : standingOf(sign * compareTexts(key, current)),
  }));
  return { ranked, dropped: new Map(), tied: [], failure: null };
}
