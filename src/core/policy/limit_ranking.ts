// A ranking under a limit from outside of its policy: what other members of a group can follow.
import type { Gate } from "../model/decision.ts";
import type { Ranking } from "./rank.ts";

/** Which tags may be taken, and what keeps the others. */
export interface Limit {
  readonly allows: (tag: string) => boolean;
  /** Of a tag that is not allowed. */
  readonly gateFor: (tag: string) => Gate;
}

/**
 * The ranking with the allowed candidates alone. Of those that are taken away above the best one that is left, a gate
 * says why: one for each reason.
 */
export function limitRanking(ranking: Ranking, limit: Limit): Ranking {
  const first = ranking.candidates.findIndex(limit.allows);
  const above = ranking.candidates.slice(0, first < 0 ? undefined : first);
  const gates = Map.groupBy(above.map(limit.gateFor), (gate) => gate.message);
  const refused = [...gates.values()].flatMap(([gate]) => gate ?? []);
  return {
    candidates: ranking.candidates.filter(limit.allows),
    newest: ranking.newest,
    currentIsThere: ranking.currentIsThere,
    refused: [...ranking.refused, ...refused],
    get tags() {
      return ranking.tags;
    },
    notes: [...ranking.notes, ...refused.map((gate) => `${gate.tag}: ${gate.message}`)],
  };
}
