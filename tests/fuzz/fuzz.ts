// The walk of a fuzz run: targets and a time to the first text for which something does not hold.
import { chanceFrom } from "./chance.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";
import type { FuzzTarget } from "./target.ts";

/** No text may keep a reader busy for longer; far above what is usual, since the machine may be. */
const slowest = 3000;

/** A target and what became of it so far. */
export interface Turns {
  readonly target: FuzzTarget;
  count: number;
  /** Milliseconds spent. */
  spent: number;
}

/** A text for which something does not hold. */
export interface Finding {
  readonly target: FuzzTarget;
  readonly seed: number;
  readonly text: string;
  readonly why: string;
}

/** Runs one text; the reason when something does not hold, else null. The same seed gives the same chance. */
function tryText(target: FuzzTarget, text: string, seed: number): string | null {
  const start = performance.now();
  try {
    target.check(text, chanceFrom(seed));
  } catch (error) {
    return error instanceof Error ? error.stack ?? error.message : String(error);
  }
  const took = performance.now() - start;
  return took > slowest ? `slow: ${took.toFixed(0)} ms` : null;
}

/** Gives every target the same time. The texts of one do not depend on the others, so it can be run again alone. */
export function fuzz(turns: readonly Turns[], seconds: number, seed: number): Finding | null {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const turn = turns.reduce((least, other) => (other.spent < least.spent ? other : least));
    const start = performance.now();
    const finding = tryOne(turn.target, turn.count, seed);
    if (finding !== null) return finding;
    turn.count++;
    turn.spent += performance.now() - start;
  }
  return null;
}

/** The same finding with the shortest text that could be found in a bounded number of tries. */
export function shorten(finding: Finding): Finding {
  const { target, seed } = finding;
  const tries = finding.why.startsWith("slow") ? 20 : 2000;
  const text = shrink(finding.text, (shorter) => tryText(target, shorter, seed) !== null, tries);
  return { ...finding, text, why: tryText(target, text, seed) ?? finding.why };
}

function tryOne(target: FuzzTarget, round: number, seed: number): Finding | null {
  const own = Math.imul(seed ^ round, 0x9e3779b1) >>> 0;
  // The seeds themselves come first: a target that refuses what is good is wrong itself.
  const text = target.seeds[round] ?? mutate(target, chanceFrom(own));
  const why = tryText(target, text, own);
  // A machine that was busy elsewhere is no finding: what is slow must be so again.
  if (why === null || (why.startsWith("slow") && tryText(target, text, own) === null)) return null;
  return { target, seed: own, text, why };
}
