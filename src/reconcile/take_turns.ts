// Which lanes a pass is for, and which values therefore rest: those are not asked about, and nothing is concluded of them.
import type { Automation } from "../core/model/automation.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import { automationBase } from "../core/plan/automation_base.ts";
import { isDue, type LaneTurns } from "../core/plan/lane_turns.ts";
import { branchPrefix } from "../core/template/branch_template.ts";
import { ownOf, type Rulers, type SurveyedBase } from "./survey_automations.ts";

/** Whose turn it is. */
export interface Turns {
  /** Whether `update` has its turn. */
  readonly update: boolean;
  /** Automations that have theirs, wherever they begin. */
  readonly automations: ReadonlySet<Automation>;
  readonly resting: ReadonlySet<FoundTarget>;
}

/** One lane as far as it matters with whom it goes. */
interface Rower {
  readonly automation: Automation | null;
  readonly found: readonly FoundTarget[];
  /** What the branches that it pushes to begin with; null: it stacks its commits on the branch that it began at. */
  readonly prefix: string | null;
}

/**
 * Takes the turns of a pass; without `turns` everybody has one. Lanes that share a branch or a group go together, as
 * often as the one that is due most often: a branch that is made anew without one of them would take its changes back.
 */
export function takeTurns(
  { runs, rest }: Pick<Rulers, "runs" | "rest">,
  automations: readonly Automation[],
  found: readonly FoundTarget[],
  base: SurveyedBase,
  turns: LaneTurns | null,
): Turns {
  const active = automations.filter(({ suspended }) => !suspended);
  if (turns === null) return { update: true, automations: new Set(active), resting: new Set() };
  const rowers: readonly Rower[] = [
    ...runs.map((run) => ({ ...run, prefix: prefixOf(run.automation) })),
    { automation: null, found: rest, prefix: turns.updateBranch === null ? null : branchPrefix(turns.updateBranch) },
  ];
  const going = together(rowers, ({ automation }) => automation === null ? turns.update : isDue(automation, turns));
  const update = going.some(({ automation }) => automation === null);
  const own = new Set(ownOf({ automations, broken: [] }, base));
  const elsewhere = active.filter((it) => !own.has(it) && automationBase(it).kind === "branch" && isDue(it, turns));
  const asked = new Set(going.flatMap((it) => it.found));
  const ruled = new Set(runs.flatMap((run) => run.found));
  // What stays for good belongs to nobody's rhythm: it is looked at with the general update.
  const isAsked = (it: FoundTarget): boolean => asked.has(it) || (update && !ruled.has(it));
  return {
    update,
    automations: new Set([...going.flatMap(({ automation }) => automation ?? []), ...elsewhere]),
    resting: new Set(found.filter((it) => !isAsked(it))),
  };
}

function prefixOf({ push, checkout }: Automation): string | null {
  if (push.branch === null || push.branch.text === checkout?.value) return null;
  return branchPrefix(push.branch.text);
}

/** Those that are due, and whoever goes with one that goes. */
function together(rowers: readonly Rower[], due: (rower: Rower) => boolean): readonly Rower[] {
  let going = rowers.filter(due);
  for (let before = -1; before !== going.length;) {
    before = going.length;
    going = rowers.filter((one) => going.some((other) => one === other || goTogether(one, other)));
  }
  return going;
}

function goTogether(one: Rower, other: Rower): boolean {
  const groups = groupsOf(one);
  return groupsOf(other).values().some((group) => groups.has(group)) || mayMeet(one.prefix, other.prefix);
}

/** Whether two templates may give one name. */
function mayMeet(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && (one.startsWith(other) || other.startsWith(one));
}

function groupsOf({ found }: Rower): ReadonlySet<string> {
  return new Set(found.flatMap(({ target }) => target.policy.group ?? []));
}
