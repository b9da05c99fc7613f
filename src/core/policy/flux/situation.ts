// What the notes beside an answer are made from.
import type { Filtered } from "./filter.ts";
import type { Ranking } from "./ranked.ts";
import type { CompiledFlux } from "./rule.ts";

/** What is known when a selection ends. */
export interface Situation {
  readonly filtered: Filtered;
  readonly ranking: Ranking;
  readonly rule: CompiledFlux;
  /** The tag in the file. */
  readonly held: string | null;
  /** Whether the tag in the file has a place in the order. */
  readonly isOrdered: boolean;
}

/** How to leave Flux's rules for magos's own. */
export const looseSwitch = "the annotation magos.dev/versioning: loose";
