// From a planned pass to its branches: each lane by its own rules, then what was left open in earlier weeks.
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { type Author, type DeliveryRules, type Lane, laneKey, lanesOf } from "../core/plan/lane.ts";
import { branchNames } from "../core/plan/plan_deliveries.ts";
import { prepareDeliveries } from "../core/plan/prepare_deliveries.ts";
import type { Checkout } from "../core/ports/git.ts";
import { branchPrefix } from "../core/template/branch_template.ts";
import { type Delivered, deliverPlan } from "./deliver_plan.ts";
import { findOpenBranches } from "./open_branches.ts";
import type { PassPorts } from "./pass_ports.ts";
import type { PlannedPass } from "./plan_pass.ts";
import { withKeyFiles } from "./signing_keys.ts";

/** How the lanes of a pass are delivered. */
export interface LaneOptions {
  readonly author: Author;
  readonly delivery: DeliveryRules;
  readonly run: { readonly id: string; readonly host: string };
  /** Branches that a pass begins at, or has delivered to: nothing that begins elsewhere goes there. */
  readonly reserved: ReadonlySet<string>;
  /** Where keys of automations lie while they are used; nothing else does. */
  readonly keyFolder: string;
}

/** What was delivered, and what the user should know of it. */
export interface DeliveredLanes {
  readonly deliveries: readonly Delivered[];
  readonly problems: readonly Problem[];
}

/** Fails when `update` is the only lane and cannot be delivered; with automations beside it, each fails for itself. */
export async function deliverLanes(
  checkout: Checkout,
  planned: PlannedPass,
  ports: PassPorts,
  { author, delivery: rules, run, reserved, keyFolder }: LaneOptions,
): Promise<Result<DeliveredLanes>> {
  const now = ports.clock.now();
  const lanes = lanesOf(planned.shares, { author, rules });
  const isAlone = lanes.length === 1 && lanes[0]?.automation === null;
  const { deliveries, failed } = prepareDeliveries(planned.plan, planned.patchSome, lanes, { run, now, reserved });
  const [first] = failed;
  if (first !== undefined && isAlone) return { ok: false, failure: first.failure };
  const findings = { decisions: planned.plan.decisions, problems: planned.problems };
  const wanted = new Set(deliveries.flatMap((it) => it.lanes.map(laneKey)));
  const own = new Map([...planned.signing].filter(([key]) => wanted.has(key)));
  const delivered = await withKeyFiles(
    own,
    keyFolder,
    ports,
    (keys) => deliverPlan(checkout, deliveries, ports, { now, findings, isAlone, keys }),
  );
  if (!delivered.ok) return delivered;
  const open = await openBranches(ports, lanes, planned, delivered.value, now);
  return success({
    deliveries: delivered.value,
    problems: [
      ...failed.map((lane) => problemOf(lane.failure)),
      ...delivered.value.flatMap((it) => it.problems),
      ...open,
    ],
  });
}

/** Lanes whose names begin alike are one in this: the branch of one is not left over from the other. */
async function openBranches(
  { git }: Pick<PassPorts, "git">,
  lanes: readonly Lane[],
  { plan, problems }: PlannedPass,
  delivered: readonly Delivered[],
  now: Time,
): Promise<readonly Problem[]> {
  const toBranches = lanes.filter(({ rules }) => rules.delivery === "branch");
  const current = new Set<string>();
  for (const lane of toBranches) {
    const names = branchNames(plan.decisions, plan.branch, lane, now);
    if (names.ok) { for (const name of names.value.values()) current.add(name); }
  }
  const templates = new Map(toBranches.map(({ rules: { branch } }) => [branchPrefix(branch), branch]));
  const done = new Set(delivered.map((it) => it.planned.branch));
  const findings = { decisions: plan.decisions, problems };
  const found: Problem[] = [];
  for (const template of templates.values()) {
    found.push(...await findOpenBranches(git, { template, base: plan, current, delivered: done, findings }));
  }
  return found;
}
