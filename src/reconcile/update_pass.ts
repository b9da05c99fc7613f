// The update pass: from a branch's head and what registries say to commits on that branch or another (contracts.md 4.2).
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { branchNames, type DeliveryRules, planDeliveries } from "../core/plan/plan_deliveries.ts";
import type { Checkout } from "../core/ports/git.ts";
import { type Delivered, deliverPlan } from "./deliver_plan.ts";
import { followBranch } from "./follow_branch.ts";
import { movedMeanwhile } from "./moved_meanwhile.ts";
import { findOpenBranches } from "./open_branches.ts";
import type { PassPorts } from "./pass_ports.ts";
import { verifyRules } from "./survey_commit.ts";
import { type PlannedPass, type PlanOptions, planPass } from "./plan_pass.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";

/** How often a pass that lost a race to somebody else's push begins again. */
const mostAttempts = 5;

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
}

/** What the repository's own configuration may rule. */
export interface UpdateSettings {
  readonly author: { readonly name: string; readonly email: string };
  readonly delivery: DeliveryRules;
  readonly plan: PlanOptions;
}

/** What a pass did. `deliveries` is empty when there was nothing to deliver. */
export interface UpdateReport extends PlannedPass {
  readonly deliveries: readonly Delivered[];
  readonly attempts: number;
}

/** Runs one pass to its end. Fails only when it cannot get there: no checkout, no configuration, no commit. */
export async function updatePass(ports: PassPorts, options: UpdateOptions): Promise<Result<UpdateReport>> {
  let last: Result<UpdateReport> = interrupted();
  const pushed = new Map<string, Delivered>();
  for (let attempt = 1; attempt <= mostAttempts && !ports.stop.aborted; attempt++) {
    if (attempt > 1) await ports.clock.sleep(Math.round(200 * attempt * (0.5 + ports.random.number())), ports.stop);
    const tried = await attemptUpdate(ports, options, attempt);
    if (!tried.ok && !movedMeanwhile(tried.failure)) return tried;
    last = tried.ok ? success(withEarlierPushes(tried.value, pushed)) : tried;
    if (last.ok && !last.value.deliveries.some((it) => it.outcome.state === "lost-race")) break;
    ports.log.event("info", "delivery.lost_race", { attempt });
  }
  return last;
}

function withEarlierPushes(report: UpdateReport, pushed: Map<string, Delivered>): UpdateReport {
  return { ...report, deliveries: report.deliveries.map((it) => sinceFirstAttempt(it, pushed)) };
}

/** A branch that an earlier attempt pushed to is not news to the next one, but it is to who reads the report. */
function sinceFirstAttempt(delivered: Delivered, pushed: Map<string, Delivered>): Delivered {
  const { outcome, planned: { branch } } = delivered;
  if (outcome.state === "pushed") pushed.set(branch, delivered);
  const before = pushed.get(branch)?.outcome;
  const isSame = outcome.state === "unchanged" && before?.state === "pushed" && before.commit === outcome.commit;
  return isSame ? { ...delivered, outcome: before } : delivered;
}

function interrupted(): Result<never> {
  return failure("pass.interrupted", "the pass was ended by a signal; nothing was delivered", {
    retry: "later",
    cure: "run it again",
  });
}

async function attemptUpdate(ports: PassPorts, options: UpdateOptions, attempt: number): Promise<Result<UpdateReport>> {
  const { branch, run, settingsFor, bots, accept } = options;
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
    const now = ports.clock.now();
    const deliveries = planDeliveries(planned.plan, planned.patchSome, settings.delivery, now);
    if (!deliveries.ok) return deliveries;
    const { author, delivery: rules } = settings;
    const findings = { decisions: planned.plan.decisions, problems: planned.problems };
    const how = { author, rules, run, now, findings };
    const delivered = await deliverPlan(checkout.value, deliveries.value, ports, how);
    if (!delivered.ok) return delivered;
    const open = rules.delivery === "branch" ? await openBranches(ports, planned, delivered.value, rules, now) : [];
    return success({
      ...planned,
      problems: [...problems, ...delivered.value.flatMap((it) => it.problems), ...open],
      deliveries: delivered.value,
      attempts: attempt,
    });
  } finally {
    await checkout.value.close();
  }
}

async function openBranches(
  { git }: Pick<PassPorts, "git">,
  { plan, problems }: PlannedPass,
  delivered: readonly Delivered[],
  rules: DeliveryRules,
  now: Time,
): Promise<readonly Problem[]> {
  const names = branchNames(plan.decisions, plan.branch, rules, now);
  return await findOpenBranches(git, {
    template: rules.branch,
    base: plan,
    current: new Set(names.ok ? names.value.values() : []),
    delivered: new Set(delivered.map((it) => it.planned.branch)),
    findings: { decisions: plan.decisions, problems },
  });
}
