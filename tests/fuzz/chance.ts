// Chance that can be repeated: the same seed gives the same numbers on every machine.

/** A source of numbers. */
export interface Chance {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** One of the items, which must not be none. */
  pick<Item>(items: readonly Item[]): Item;
}

/** The numbers of a seed, an unsigned integer of 32 bits (mulberry32). */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * end);
  };
  return {
    below,
    pick: <Item>(items: readonly Item[]): Item => {
      const at = below(items.length);
      if (at >= items.length) throw new RangeError("there is nothing to pick from");
      return items[at] as Item;
    },
  };
}
