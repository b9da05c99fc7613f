// The gate `group`: what a member of a group is told when another one keeps it back.
import type { Decision, Gate, Target } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import type { Time } from "../model/time.ts";

/** The group of a decision: what `commit.per: group` goes by. Null: it moves by itself. */
export function groupOf({ target }: Decision): string | null {
  return target.policy.group;
}

/** The gate that names the member which blocks, and why it does. */
export function groupGate(
  group: string,
  candidate: Pick<Gate, "tag" | "digest">,
  blocker: Target,
  why: string,
  until: Time | null,
): Gate {
  const who = `${blocker.current.name} at ${blocker.file}:${blocker.line}`;
  return { gate: "group", verdict: "hold", ...candidate, message: `group "${group}" waits: ${who} ${why}`, until };
}

/** The gate of a group with a member that cannot be followed at all. */
export function brokenGate(group: string, candidate: Pick<Gate, "tag" | "digest">, flaw: Problem): Gate {
  const where = flaw.file === undefined ? "" : ` (${flaw.file}${flaw.line === undefined ? "" : `:${flaw.line}`})`;
  const message = `group "${group}" waits: a member cannot be followed: ${flaw.message}${where}`;
  return { gate: "group", verdict: "hold", ...candidate, message, until: null };
}

/** Why a decision keeps its group back, and when that may change by itself. */
export function blockerOf(decision: Decision): { readonly why: string; readonly until: Time | null } {
  const { state, selected, target, blockers, reasons } = decision;
  const times = blockers.flatMap((gate) => gate.until ?? []);
  const until = times.length === 0 ? null : Math.min(...times);
  const [gate] = blockers;
  if (state === "error") return { why: `has no answer (${reasons[0] ?? "unknown"})`, until: null };
  if (gate !== undefined) return { why: `is held (${gate.tag ?? "its digest"}: ${gate.message})`, until };
  return { why: `is at ${selected?.tag ?? target.current.tag ?? "its digest"}`, until };
}
