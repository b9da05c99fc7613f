// A decision about a value that nothing may move, whatever its policy says.
import type { Decision } from "../model/decision.ts";

/** The decision as held for this reason; one that moves nothing anyway gets the reason alone. */
export function keepStaying(decision: Decision, why: string): Decision {
  const { selected, reasons } = decision;
  if (decision.state !== "selected" || selected === null) return { ...decision, reasons: [...reasons, why] };
  const { tag, digest } = selected;
  const gate = { gate: "hold", verdict: "hold", tag, digest, message: why, until: null } as const;
  return {
    ...decision,
    state: "held",
    selected: null,
    blockers: [...decision.blockers, gate],
    reasons: [...reasons, `${tag ?? "its digest"}: ${why}`],
  };
}
