// A plan to its ways into git: which branch gets which of its changes, in how many commits.
import type { Decision } from "../model/decision.ts";
import type { PlannedDelivery, UpdatePlan } from "../model/plan.ts";
import { failure, type Result, success } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import { renderBranch } from "../template/branch_template.ts";
import { groupOf } from "./group_gate.ts";
import { type CommitPer, type PatchSome, planParts } from "./plan_parts.ts";
import { countChanges, planUpdate } from "./update_plan.ts";

/** What the configuration says of deliveries. */
export interface DeliveryRules {
  readonly delivery: "push" | "branch";
  /** Template of the branch's name. */
  readonly branch: string;
  /** Of the calendar in templates, an IANA name. */
  readonly timeZone: string;
  readonly commitPer: CommitPer;
  /** Template of the messages; null: the built-in ones. */
  readonly message: string | null;
}

/**
 * One delivery for each branch that changes go to, by name; none without changes. Changes whose groups give one name
 * share a branch, so only a template that says `{{ group }}` parts them. Fails like `renderBranch()`, and when the
 * template gives the followed branch, which is never to be replaced.
 */
export function planDeliveries(
  plan: UpdatePlan,
  patchSome: PatchSome,
  rules: DeliveryRules,
  now: Time,
): Result<readonly PlannedDelivery[]> {
  if (countChanges(plan) === 0) return success([]);
  if (rules.delivery === "push") return success([deliveryOf(plan, plan.branch, patchSome, rules)]);
  const moved = plan.files.flatMap((file) => file.changes.map((change) => change.decision));
  const names = branchNames(moved, plan.branch, rules, now);
  if (!names.ok) return names;
  const byBranch = Map.groupBy(new Set(moved), (decision) => names.value.get(groupOf(decision)) ?? plan.branch);
  if (byBranch.size === 1) {
    return success([...byBranch.keys()].map((branch) => deliveryOf(plan, branch, patchSome, rules)));
  }
  const base = { revision: plan.revision, branch: plan.branch };
  return success(
    [...byBranch].sort(([a], [b]) => a < b ? -1 : 1).map(([branch, decisions]) => {
      const own = new Set(decisions);
      const some = planUpdate(base, patchSome(own), plan.decisions.filter((decision) => own.has(decision)));
      return deliveryOf(some, branch, patchSome, rules);
    }),
  );
}

/** The branch of each group that the decisions belong to, and of images without one. */
export function branchNames(
  decisions: readonly Decision[],
  followed: string,
  { branch: template, timeZone }: DeliveryRules,
  now: Time,
): Result<ReadonlyMap<string | null, string>> {
  const names = new Map<string | null, string>();
  for (const group of new Set([null, ...decisions.map(groupOf)])) {
    const name = renderBranch(template, { now, timeZone, group });
    if (!name.ok) return name;
    if (name.value === followed) {
      return failure("config.invalid_value", `update.branch gives "${followed}", the branch that is built on`, {
        cure: "give it another name, or set update.delivery to push",
      });
    }
    names.set(group, name.value);
  }
  return success(names);
}

function deliveryOf(plan: UpdatePlan, branch: string, patchSome: PatchSome, rules: DeliveryRules): PlannedDelivery {
  const groups = new Set(plan.files.flatMap((file) => file.changes.map((change) => groupOf(change.decision))));
  const [group = null] = groups;
  return {
    group: groups.size === 1 ? group : null,
    delivery: rules.delivery,
    branch,
    plan,
    parts: planParts(plan, rules.commitPer, patchSome),
  };
}
