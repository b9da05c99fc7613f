// The answer for a target of which nothing can be decided.
import type { Decision, Target } from "../core/model/decision.ts";
import { type Failure, problemOf } from "../core/model/problem.ts";
import type { ImageReference } from "../core/model/reference.ts";
import { placeOf } from "./tag_warnings.ts";

/** The decision of a target about which something could not be known; `more` follows the failure's own words. */
export function failedDecision(
  target: Target,
  failure: Failure,
  newest: ImageReference | null,
  more: readonly string[],
): Decision {
  return {
    target,
    state: "error",
    selected: null,
    newest,
    blockers: [],
    reasons: [failure.message, ...more],
    evidence: null,
    tags: [],
    problems: [...target.notes, problemOf(failure, placeOf(target))],
  };
}
