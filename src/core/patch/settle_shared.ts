// Values that several markers rule, such as one variable of two services: they move together or not at all.
import type { Decision } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import type { FoundTarget } from "./find_context.ts";
import { slotKey, slotText } from "./slot.ts";
import { newSlotText } from "./slot_text.ts";

/**
 * The decisions with those changed to `error` that want a shared value to be what another target of it does not want.
 * A target that is held, or that has no answer, wants the value as it is: nothing gets past its gates that way.
 */
export function settleShared(
  decisions: ReadonlyMap<FoundTarget, Decision>,
): ReadonlyMap<FoundTarget, Decision> {
  const settled = new Map(decisions);
  const places = Map.groupBy(decisions, ([found]) => slotKey(found.slot));
  for (const sharing of places.values()) {
    const wanted = new Set(sharing.map(([found, decision]) => wantedText(found, decision)));
    if (wanted.size < 2) continue;
    for (const [found, decision] of sharing) {
      if (decision.state !== "selected") continue;
      settled.set(found, inConflict(decision, sharing.map(([other]) => other).filter((other) => other !== found)));
    }
  }
  return settled;
}

function wantedText(found: FoundTarget, decision: Decision): string {
  if (decision.state !== "selected" || decision.selected === null) return slotText(found.slot);
  const text = newSlotText(found, decision.selected);
  return text.ok ? text.value : slotText(found.slot);
}

function inConflict(decision: Decision, others: readonly FoundTarget[]): Decision {
  const { target } = decision;
  const where = others.map((other) => `${other.target.file}:${other.target.line}`).join(", ");
  const problem: Problem = {
    code: "marker.conflict",
    severity: "error",
    file: target.file,
    line: target.line,
    column: target.column,
    message: `the value at ${target.value.file}:${target.value.line} is shared with ${where}, which wants another one`,
    cure: "give each image a variable of its own, or let both follow the same policy",
  };
  return {
    ...decision,
    state: "error",
    selected: null,
    reasons: [...decision.reasons, problem.message],
    problems: [...decision.problems, problem],
  };
}
