// What is fuzzed: one reader of outside text, with texts to start from and what must hold for any text at all.
import type { Chance } from "./chance.ts";

/** One reader under attack. */
export interface FuzzTarget {
  readonly name: string;
  /** Good texts, of which mutations are made. */
  readonly seeds: readonly string[];
  /** Pieces that mean something to the reader. */
  readonly words: readonly string[];
  /** Longest text in UTF-16 units; longer mutations are cut. */
  readonly longest: number;
  /** Throws when something does not hold for the text. Must do the same for the same text and chance. */
  readonly check: (text: string, chance: Chance) => void;
}
