// What a selector makes of the texts: those that may be taken, best first, and why the others may not.
import type { Failure } from "../../model/problem.ts";
import type { Entry } from "./filter.ts";
import type { FluxReason } from "./reasons.ts";

/** How an entry stands against the tag in the file. */
export type Standing = "above" | "equal" | "below";

/** An entry that may be taken. */
export interface Ranked extends Entry {
  /** Null where the tag in the file cannot be ordered. */
  readonly standing: Standing | null;
}

/** The answer of a selector. */
export interface Ranking {
  /** Best first; the first one is what Flux answers. Empty when nothing fits or the selector fails. */
  readonly ranked: readonly Ranked[];
  /** By key. */
  readonly dropped: ReadonlyMap<string, FluxReason>;
  /** Keys that Flux takes for equal to the answer's, so that the order of the list decided. */
  readonly tied: readonly string[];
  /** Where Flux fails although the policy is valid. */
  readonly failure: Failure | null;
}

/** The standing that a comparison means; positive is better. */
export function standingOf(comparison: number): Standing {
  return comparison > 0 ? "above" : comparison < 0 ? "below" : "equal";
}
