// The update pass: from a branch's head and what registries say to commits on that branch or another (contracts.md 4.2).
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Author, DeliveryRules } from "../core/plan/lane.ts";
import type { Checkout } from "../core/ports/git.ts";
import { deliverLanes } from "./deliver_lanes.ts";
import type { Delivered } from "./deliver_plan.ts";
import { followBranch } from "./follow_branch.ts";
import { mostAttempts, pauseBefore } from "./lost_race.ts";
import { movedMeanwhile } from "./moved_meanwhile.ts";
import { onOtherBases } from "./other_bases.ts";
import type { UpdatePorts } from "./pass_ports.ts";
import { withEarlier } from "./pushed_before.ts";
import { verifyRules } from "./survey_commit.ts";
import { type PlannedPass, type PlanOptions, planPass } from "./plan_pass.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";

/** What rules an update pass. */
export interface UpdateOptions {
  /** Null: the remote's default branch. */
  readonly branch: string | null;
  readonly run: { readonly id: string; readonly host: string };
  /** What the configuration says once the repository's own file has been read from the checkout. */
  readonly settingsFor: (checkout: Checkout) => Promise<UpdateSettings>;
  /** Signers that may only do what bots may; null: commits are not verified. */
  readonly bots: readonly string[] | null;
  /** A revision that the host's owner accepts as verified. */
  readonly accept: string | null;
  readonly stateDir: string;
}

/** What the repository's own configuration may rule. */
export interface UpdateSettings {
  readonly author: Author;
  readonly delivery: DeliveryRules;
  readonly plan: PlanOptions;
}

/** What a pass did. `deliveries` is empty when there was nothing to deliver. */
export interface UpdateReport extends PlannedPass {
  readonly deliveries: readonly Delivered[];
  readonly attempts: number;
}

/** Runs one pass to its end. Fails only when it cannot get there: no checkout, no configuration, no commit. */
export async function updatePass(ports: UpdatePorts, options: UpdateOptions): Promise<Result<UpdateReport>> {
  let last: Result<UpdateReport> = interrupted();
  const earlier: Delivered[] = [];
  for (let attempt = 1; attempt <= mostAttempts && !ports.stop.aborted; attempt++) {
    await pauseBefore(attempt, ports);
    const tried = await attemptUpdate(ports, options, attempt);
    if (!tried.ok && !movedMeanwhile(tried.failure)) return tried;
    last = tried.ok ? success({ ...tried.value, deliveries: withEarlier(tried.value.deliveries, earlier) }) : tried;
    if (last.ok && !last.value.deliveries.some((it) => it.outcome.state === "lost-race")) break;
    ports.log.event("info", "delivery.lost_race", { attempt });
  }
  return last;
}

function interrupted(): Result<never> {
  return failure("pass.interrupted", "the pass was ended by a signal; nothing was delivered", {
    retry: "later",
    cure: "run it again",
  });
}

async function attemptUpdate(
  ports: UpdatePorts,
  options: UpdateOptions,
  attempt: number,
): Promise<Result<UpdateReport>> {
  const { branch, run, settingsFor, bots, accept, stateDir } = options;
  const planFor = async (checkout: Checkout): Promise<PlanOptions> => (await settingsFor(checkout)).plan;
  const verify = bots === null ? null : verifyRules(ports.files, bots, planFor);
  const trust = { verify, accept };
  const followed = await followBranch(ports, branch, (head) => resumeDeliveries(head, ports), trust);
  if (!followed.ok) return followed;
  const checkout = await ports.git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const settings = await settingsFor(checkout.value);
    const planning = await planPass(checkout.value, ports, settings.plan);
    if (!planning.ok) return planning;
    const planned = planning.value;
    const problems = [...followed.value.problems, ...planned.problems];
    // What could not be asked any more is unknown, and half a plan is no plan.
    if (ports.stop.aborted) return interrupted();
    const reserved = new Set([planned.plan.branch, ...planned.otherBases]);
    const how = { ...settings, run, reserved, keyFolder: `${stateDir}/signing` };
    const delivered = await deliverLanes(checkout.value, planned, ports, how);
    if (!delivered.ok) return delivered;
    for (const { planned: { branch: taken } } of delivered.value.deliveries) reserved.add(taken);
    const bases = { plan: settings.plan, verifies: bots !== null };
    const others = await onOtherBases(planned, ports, bases, async (base, pass) => {
      if (ports.stop.aborted) return interrupted();
      const done = await deliverLanes(base, pass, ports, how);
      if (!done.ok) return done;
      for (const { planned: { branch: taken } } of done.value.deliveries) reserved.add(taken);
      return success({ ...done.value, problems: [...pass.problems, ...done.value.problems] });
    });
    const all = [delivered.value, ...others.visited];
    return success({
      ...planned,
      problems: [...problems, ...all.flatMap((it) => it.problems), ...others.problems],
      deliveries: all.flatMap((it) => it.deliveries),
      attempts: attempt,
    });
  } finally {
    await checkout.value.close();
  }
}
