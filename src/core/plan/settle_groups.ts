// Groups: their members move together or not at all, whatever keeps one of them back.
import type { Decision, Gate } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import type { FoundTarget } from "../patch/find_context.ts";
import { settleTags } from "../policy/rank.ts";
import { blockerOf, brokenGate, groupGate, groupOf } from "./group_gate.ts";
import { findLocksteps, heldRelease } from "./lockstep.ts";

type Decisions = ReadonlyMap<FoundTarget, Decision>;

/** What is wrong with a member that is no target, by group. */
export type BrokenGroups = ReadonlyMap<string, Problem>;

/** More are not told: the first ones say enough. */
const mostNamed = 5;

/**
 * The decisions with all movers of a group changed to `held` where one of its members is held, is in error, or would
 * leave the release that it shares with others. A member that has nothing to move to keeps nobody back. `broken` are
 * groups with a member that cannot be followed, and what is wrong with it.
 */
export function settleGroups(decisions: Decisions, broken: BrokenGroups = new Map()): Decisions {
  const settled = new Map(decisions);
  const groups = Map.groupBy(decisions, ([, decision]) => groupOf(decision));
  for (const [group, members] of groups) {
    if (group === null) continue;
    const movers = members.filter(([, { state }]) => state === "selected");
    const blockers = movers.length === 0 ? [] : blockersOf(members.map(([, decision]) => decision));
    const flaw = broken.get(group);
    for (const [found, decision] of blockers.length === 0 && flaw === undefined ? [] : movers) {
      const candidate = { tag: decision.selected?.tag ?? null, digest: decision.selected?.digest ?? null };
      const others = blockers.filter((blocker) => blocker !== decision).slice(0, mostNamed);
      settled.set(
        found,
        heldBack(decision, [
          ...flaw === undefined ? [] : [brokenGate(group, candidate, flaw)],
          ...others.map((blocker) => gateOf(group, candidate, blocker)),
        ]),
      );
    }
  }
  return settled;
}

/** Those that keep the group where it is; what blocks by itself before what waits for others. */
function blockersOf(members: readonly Decision[]): readonly Decision[] {
  const stuck = members.filter(({ state }) => state === "held" || state === "error");
  const waits = ({ blockers }: Decision): number => blockers.some(({ gate }) => gate !== "group") ? 0 : 1;
  return [...stuck.toSorted((a, b) => waits(a) - waits(b)), ...outOfStep(members)];
}

/** All that share a release now and would not any more. */
function outOfStep(members: readonly Decision[]): readonly Decision[] {
  const byTarget = new Map(members.map((decision) => [decision.target, decision]));
  return findLocksteps([...byTarget.keys()]).flatMap((step) => {
    const together = step.members.flatMap((target) => byTarget.get(target) ?? []);
    const reached = new Set(
      together.flatMap(({ target, selected }) => heldRelease(selected?.tag ?? target.current.tag) ?? []),
    );
    return reached.size < 2 ? [] : together;
  });
}

function gateOf(group: string, candidate: Pick<Gate, "tag" | "digest">, blocker: Decision): Gate {
  const { why, until } = blockerOf(blocker);
  return groupGate(group, candidate, blocker.target, why, until);
}

function heldBack(decision: Decision, gates: readonly Gate[]): Decision {
  const { tags } = decision;
  return {
    ...decision,
    state: "held",
    selected: null,
    blockers: [...gates, ...decision.blockers],
    reasons: [...decision.reasons, ...gates.map((gate) => `${gate.tag ?? "its digest"}: ${gate.message}`)],
    get tags() {
      return settleTags(tags, gates, null);
    },
  };
}
