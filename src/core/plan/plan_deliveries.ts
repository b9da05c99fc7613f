// A plan to its ways into git: which branch gets which of its changes, by whom, in how many commits.
import type { Decision } from "../model/decision.ts";
import type { PlannedDelivery, UpdatePlan } from "../model/plan.ts";
import { type Failure, failure, type Result, success } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import { renderBranch } from "../template/branch_template.ts";
import { groupOf } from "./group_gate.ts";
import { type Lane, laneKey } from "./lane.ts";
import { type PatchSome, planParts } from "./plan_parts.ts";
import { noPushExtras, type PushExtras, pushExtras } from "./push_extras.ts";
import { planUpdate } from "./update_plan.ts";

/** What of one lane goes to one branch. */
export interface Piece {
  readonly lane: Lane;
  readonly branch: string;
  readonly decisions: ReadonlySet<Decision>;
  readonly extras: PushExtras;
}

/** A lane whose branch cannot be named. */
export interface FailedLane {
  readonly lane: Lane;
  readonly failure: Failure;
}

/**
 * The changes of a plan by lane and branch. Only a template that says `{{ group }}` parts the changes of one lane. One
 * lane that fails like `branchNames()` stops no other.
 */
export function planPieces(
  plan: UpdatePlan,
  lanes: readonly Lane[],
  now: Time,
  reserved: ReadonlySet<string> = new Set(),
): { readonly pieces: readonly Piece[]; readonly failed: readonly FailedLane[] } {
  const moved = new Set(plan.files.flatMap((file) => file.changes.map((change) => change.decision)));
  const pieces: Piece[] = [];
  const failed: FailedLane[] = [];
  for (const lane of lanes) {
    const own = [...moved].filter((decision) => lane.decisions.has(decision));
    if (own.length === 0) continue;
    const names = branchNames(own, plan.branch, lane, now);
    if (!names.ok) {
      failed.push({ lane, failure: names.failure });
      continue;
    }
    const byBranch = Map.groupBy(own, (decision) => names.value.get(groupOf(decision)) ?? plan.branch);
    for (const [branch, some] of byBranch) {
      const { automation } = lane;
      if (branch !== plan.branch && reserved.has(branch)) {
        failed.push({ lane, failure: isReserved(lane, branch, plan.branch) });
        continue;
      }
      const extras = automation === null ? success(noPushExtras) : pushExtras(automation, branch);
      if (extras.ok) pieces.push({ lane, branch, decisions: new Set(some), extras: extras.value });
      else failed.push({ lane, failure: extras.failure });
    }
  }
  return { pieces, failed };
}

/**
 * One delivery for each branch, by name. Lanes that share a branch stack their commits there: each on its own would
 * take back what the other one has brought.
 */
export function planDeliveries(
  plan: UpdatePlan,
  patchSome: PatchSome,
  pieces: readonly Piece[],
): readonly PlannedDelivery[] {
  const byBranch = [...Map.groupBy(pieces, ({ branch }) => branch)].sort(([a], [b]) => a < b ? -1 : 1);
  const moved = new Set(plan.files.flatMap((file) => file.changes.map((change) => change.decision)));
  const base = { revision: plan.revision, branch: plan.branch };
  return byBranch.map(([branch, here]) => {
    const own = new Set(here.flatMap(({ decisions }) => [...decisions]));
    const isAll = [...moved].every((decision) => own.has(decision));
    const some = isAll
      ? plan
      : planUpdate(base, patchSome(own), plan.decisions.filter((decision) => own.has(decision)));
    return deliveryOf(some, branch, patchSome, here);
  });
}

/** The branch of each group that the decisions belong to, and of images without one. Fails like `renderBranch()`. */
export function branchNames(
  decisions: readonly Decision[],
  followed: string,
  lane: Pick<Lane, "automation" | "rules">,
  now: Time,
): Result<ReadonlyMap<string | null, string>> {
  const { automation, rules: { delivery, branch: template, timeZone } } = lane;
  const names = new Map<string | null, string>();
  for (const group of new Set([null, ...decisions.map(groupOf)])) {
    const called = automation === null ? "update.branch" : `push.branch of ${automation.key}`;
    const name = delivery === "push" ? success(followed) : renderBranch(template, { now, timeZone, group }, called);
    if (!name.ok) return automation === null ? name : failedAt(automation, name.failure);
    // Flux pushes to the branch that it began at when push.branch names it; `update.delivery` says so in a word.
    if (name.value === followed && delivery === "branch" && automation === null) {
      return failure("config.invalid_value", `update.branch gives "${followed}", the branch that is built on`, {
        cure: "give it another name, or set update.delivery to push",
      });
    }
    names.set(group, name.value);
  }
  return success(names);
}

/** What begins at another branch knows nothing of what that one holds, and would take it back. */
function isReserved({ automation }: Lane, branch: string, base: string): Failure {
  const who = automation === null ? "update.branch" : `push.branch of ${automation.key}`;
  const message = `${who} gives "${branch}", where another update begins or has pushed to; this one begins at ${base}`;
  const place = automation === null ? {} : { file: automation.file, line: automation.line };
  const code = automation === null ? "config.invalid_value" : "flux.invalid";
  return failure(code, message, { ...place, cure: "give it a branch of its own" }).failure;
}

function failedAt({ push, file, line }: NonNullable<Lane["automation"]>, failed: Failure): Result<never> {
  const code = failed.code === "config.invalid_value" ? "flux.invalid" : failed.code;
  return { ok: false, failure: { ...failed, code, file: push.branch?.file ?? file, line: push.branch?.line ?? line } };
}

function deliveryOf(
  plan: UpdatePlan,
  branch: string,
  patchSome: PatchSome,
  pieces: readonly Piece[],
): PlannedDelivery {
  const groups = new Set(plan.files.flatMap((file) => file.changes.map((change) => groupOf(change.decision))));
  const [group = null] = groups;
  const shares = pieces.map(({ lane, decisions }) => ({ by: laneKey(lane), per: lane.rules.commitPer, decisions }));
  return {
    group: groups.size === 1 ? group : null,
    delivery: branch === plan.branch ? "push" : "branch",
    branch,
    plan,
    parts: planParts(plan, shares, patchSome),
  };
}
