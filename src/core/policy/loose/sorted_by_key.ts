// Sorting by text keys. The engine sorts plain texts by itself; a comparison in script for each step costs a multiple of
// it on a host that interprets its code.

/**
 * The items by code units of their keys: the greatest first, or the least when `rising`. Items of equal keys are put in
 * order by `compareTies`.
 */
export function sortedByKey<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  rising: boolean,
  compareTies: (a: Item, b: Item) => number,
): readonly Item[] {
  // Few keys occur twice, so only those have a list of their own.
  const firsts = new Map<string, Item>();
  const ties = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, item);
      continue;
    }
    const equals = ties.get(key);
    if (equals === undefined) ties.set(key, [first, item]);
    else equals.push(item);
  }
  const keys = [...firsts.keys()].sort();
  if (!rising) keys.reverse();
  const sorted: Item[] = [];
  for (const key of keys) {
    const equals = ties.size === 0 ? undefined : ties.get(key);
    const first = firsts.get(key);
    if (equals !== undefined) sorted.push(...equals.sort(compareTies));
    else if (first !== undefined) sorted.push(first);
  }
  return sorted;
}
