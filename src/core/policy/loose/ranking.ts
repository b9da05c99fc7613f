// Allowed tags in the order in which they may be taken. Equal ones are told apart too, so that chance decides nothing.
import { compareNaturally } from "./natural.ts";
import { sortedByKey } from "./sorted_by_key.ts";

/** A tag with its place in the order. */
export interface Ranked {
  readonly tag: string;
  /** Sorts as the selector orders; equal keys go to the tie-break. */
  readonly sort: string;
  readonly partCount: number;
  /** Whether it is spelled as the current tag is, with or without `v`. */
  readonly spelledAlike: boolean;
}

/** Best first: the greatest, or the least when `descending`. Ties: more parts, the current spelling, natural order. */
export function rankBestFirst<Item extends Ranked>(items: readonly Item[], descending: boolean): readonly Item[] {
  return sortedByKey(items, (item) => item.sort, descending, compareTies);
}

function compareTies(a: Ranked, b: Ranked): number {
  if (a.partCount !== b.partCount) return b.partCount - a.partCount;
  if (a.spelledAlike !== b.spelledAlike) return a.spelledAlike ? -1 : 1;
  return compareNaturally(b.tag, a.tag);
}
