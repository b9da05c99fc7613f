// The parts of one image in values of their own (`:tag` here, `:digest` there): what holds the tag holds its digest.
import type { Decision } from "../model/decision.ts";
import type { FoundTarget } from "./find_context.ts";

/**
 * The decisions with those changed to `held` that have no tag to compare and whose policy is refused a step down by
 * another value of the same file: the digest of the lower tag must not stand beside the higher one.
 */
export function settleParts(decisions: ReadonlyMap<FoundTarget, Decision>): ReadonlyMap<FoundTarget, Decision> {
  const settled = new Map(decisions);
  const groups = Map.groupBy(decisions, ([{ target }]) => `${target.file}\n${target.policy.source}`);
  for (const group of groups.values()) {
    const refused = group.flatMap(([, decision]) => decision.blockers.filter((gate) => gate.gate === "downgrade"));
    const [gate] = refused;
    if (gate === undefined) continue;
    for (const [found, decision] of group) {
      if (decision.state !== "selected" || found.target.current.tag !== null) continue;
      const reasons = [...decision.reasons, `${gate.tag}: ${gate.message}`];
      settled.set(found, {
        ...decision,
        state: "held",
        selected: null,
        blockers: [...decision.blockers, gate],
        reasons,
      });
    }
  }
  return settled;
}
