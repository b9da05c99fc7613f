// The update pass: from a branch's head and what registries say to a commit on that branch (contracts.md 4.2).
import type { Problem } from "../core/model/problem.ts";
import { type Failure, failure, problemOf, type Result, success } from "../core/model/problem.ts";
import type { UpdatePlan } from "../core/model/plan.ts";
import { commitMessage, commitSubject } from "../core/plan/commit_message.ts";
import { countChanges } from "../core/plan/update_plan.ts";
import type { Checkout } from "../core/ports/git.ts";
import { deliver, type DeliveryOutcome, resumeDeliveries } from "./deliver.ts";
import { followBranch } from "./follow_branch.ts";
import type { PassPorts } from "./pass_ports.ts";
import { verifyRules } from "./survey_commit.ts";
import { type PlannedPass, type PlanOptions, planPass } from "./plan_pass.ts";

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
  readonly plan: PlanOptions;
}

/** What a pass did. `outcome` is null when there was nothing to deliver. */
export interface UpdateReport extends PlannedPass {
  readonly outcome: DeliveryOutcome | null;
  readonly attempts: number;
}

/** Runs one pass to its end. Fails only when it cannot get there: no checkout, no configuration, no commit. */
export async function updatePass(ports: PassPorts, options: UpdateOptions): Promise<Result<UpdateReport>> {
  let report: UpdateReport | null = null;
  for (let attempt = 1; attempt <= mostAttempts && !ports.stop.aborted; attempt++) {
    if (attempt > 1) await ports.clock.sleep(Math.round(200 * attempt * (0.5 + ports.random.number())), ports.stop);
    const tried = await attemptUpdate(ports, options, attempt);
    if (!tried.ok) return tried;
    report = tried.value;
    if (report.outcome?.state !== "lost-race") break;
    ports.log.event("info", "delivery.lost_race", { attempt });
  }
  return report === null ? interrupted() : success(report);
}

function interrupted(): Result<never> {
  return failure("pass.interrupted", "the pass was ended by a signal; nothing was delivered", {
    retry: "later",
    cure: "run it again",
  });
}

async function attemptUpdate(ports: PassPorts, options: UpdateOptions, attempt: number): Promise<Result<UpdateReport>> {
  const { bots, accept } = options;
  const planFor = async (checkout: Checkout): Promise<PlanOptions> => (await options.settingsFor(checkout)).plan;
  const verify = bots === null ? null : verifyRules(ports.files, bots, planFor);
  const followed = await followBranch(ports, options.branch, (head) => resumeDeliveries(head, ports), {
    verify,
    accept,
  });
  if (!followed.ok) return followed;
  const checkout = await ports.git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const settings = await options.settingsFor(checkout.value);
    const planning = await planPass(checkout.value, ports, settings.plan);
    if (!planning.ok) return planning;
    const planned = planning.value;
    const problems = [...followed.value.problems, ...planned.problems];
    // What could not be asked any more is unknown, and half a plan is no plan.
    if (ports.stop.aborted) return interrupted();
    if (countChanges(planned.plan) === 0) return success({ ...planned, problems, outcome: null, attempts: attempt });
    const outcome = await writeAndDeliver(checkout.value, planned.plan, ports, { ...settings, ...options });
    if (!outcome.ok) return outcome;
    return success({
      ...planned,
      problems: [...problems, ...refusal(outcome.value)],
      outcome: outcome.value,
      attempts: attempt,
    });
  } finally {
    await checkout.value.close();
  }
}

async function writeAndDeliver(
  checkout: Checkout,
  plan: UpdatePlan,
  ports: PassPorts,
  options: Pick<UpdateOptions, "run"> & Pick<UpdateSettings, "author">,
): Promise<Result<DeliveryOutcome>> {
  const files: string[] = [];
  for (const patch of plan.files) {
    if (patch.text === null) continue;
    const written = await ports.files.write(`${checkout.root}/${patch.file}`, patch.text);
    if (!written.ok) return written;
    files.push(patch.file);
  }
  ports.log.event("debug", "update.step", { step: "written" });
  return await deliver({
    checkout,
    files,
    planId: plan.id,
    subject: commitSubject(plan),
    message: commitMessage(plan, options.run),
    changes: countChanges(plan),
    author: options.author,
    time: ports.clock.now(),
  }, ports);
}

function refusal(outcome: DeliveryOutcome): readonly Problem[] {
  if (outcome.state === "refused") return [problemOf(outcome.failure)];
  if (outcome.state === "pushed") return [];
  const lost: Failure = {
    code: "git.lost_race",
    retry: "later",
    message: "somebody else pushed each time before magos could; nothing was overwritten",
    cure: "run magos update again when the branch is quiet",
  };
  return [problemOf(lost)];
}
