// Step 12 for all stacks that were rolled back: each revert is planned on the branch as it stands now.
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import type { StackContent, StackRow } from "../core/model/stack.ts";
import type { RunName } from "../core/plan/trailers.ts";
import { deliveryEnd } from "../core/report/delivery_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts, SettingsFor } from "./apply_ports.ts";
import { deliverRevert, type Reverted } from "./deliver_revert.ts";
import { followBranch, type FollowOptions } from "./follow_branch.ts";
import { mostAttempts, pauseBefore } from "./lost_race.ts";
import { readStacks } from "./read_stacks.ts";
import { resumeDeliveries } from "./resume_deliveries.ts";
import { isReverted, noRevert, type RefusedRevert, refusedRevert, refuseRevert } from "./revert_mark.ts";

/** How git is followed and written to. */
export interface RevertOptions {
  readonly branch: string | null;
  readonly run: RunName;
  readonly settingsFor: SettingsFor;
  readonly trust: FollowOptions;
  /** Whether what was refused lately is tried at once. */
  readonly impatient: boolean;
}

/**
 * Delivers what is missing in git, what was refused once an hour: a right may have been given meanwhile. Gives the outcomes
 * with what came of it.
 */
export async function revertStacks(
  ports: ApplyPorts,
  outcomes: readonly StackOutcome[],
  contents: readonly StackContent[],
  options: RevertOptions,
): Promise<readonly StackOutcome[]> {
  const done: StackOutcome[] = [];
  for (const outcome of outcomes) {
    const content = contents.find(({ stack }) => stack.name === outcome.name);
    const row = ports.store.stacks().find(({ name }) => name === outcome.name);
    const isDue = content !== undefined && row !== undefined && outcome.state === "rolled-back" &&
      content.stack.rollback === "revert" && row.lastGood !== null && row.bad?.hash === content.hash &&
      !isReverted(ports.store, outcome.name, content.hash) && !ports.stop.aborted;
    const refused = isDue ? refusedRevert(ports.store, outcome.name, content.hash) : null;
    const isEarly = refused !== null && !options.impatient && refused.until > ports.clock.now();
    if (isEarly) done.push(withProblem(outcome, stillRefused(outcome.name, refused)));
    else done.push(isDue ? await revertOne(ports, outcome, content, row, options) : outcome);
  }
  return done;
}

async function revertOne(
  ports: ApplyPorts,
  outcome: StackOutcome,
  content: StackContent,
  row: StackRow,
  options: RevertOptions,
): Promise<StackOutcome> {
  const stack = outcome.name;
  let attempts = 0;
  let reverted: Result<Reverted | null> = success(null);
  do {
    attempts++;
    await pauseBefore(attempts, ports);
    reverted = await attemptRevert(ports, outcome, content, row, options);
  } while (isLost(reverted) && attempts < mostAttempts && !ports.stop.aborted);
  if (!reverted.ok) return withProblem(outcome, problemOf(reverted.failure, { stack }));
  // Git has moved on: the next pass deploys what it says now.
  if (reverted.value === null) return outcome;
  if (reverted.value.state === "nothing") {
    noRevert(ports.store, stack, content.hash);
    return withProblem(outcome, edited(stack));
  }
  const { outcome: end } = reverted.value;
  if (end.state === "pushed" || end.state === "unchanged") noRevert(ports.store, stack, content.hash);
  if (end.state === "refused" && end.failure.retry !== "later") {
    refuseRevert(ports.store, stack, content.hash, end.failure, ports.clock.now());
  }
  const report = reportOf(reverted.value, attempts);
  return {
    ...outcome,
    revert: report,
    problems: [...outcome.problems, ...report.problems.map((it) => ({ ...it, stack }))],
  };
}

async function attemptRevert(
  ports: ApplyPorts,
  outcome: StackOutcome,
  content: StackContent,
  row: StackRow,
  { branch, run, settingsFor, trust }: RevertOptions,
): Promise<Result<Reverted | null>> {
  const followed = await followBranch(ports, branch, (head) => resumeDeliveries(head, ports), {
    ...trust,
    accept: null,
  });
  if (!followed.ok) return followed;
  const checkout = await ports.git.checkout(followed.value.head);
  if (!checkout.ok) return checkout;
  try {
    const stacks = await readStacks(checkout.value, ports.files, await settingsFor(checkout.value));
    if (!stacks.ok) return stacks;
    const now = stacks.value.contents.find((it) => it.stack.name === outcome.name);
    if (now?.hash !== content.hash || row.lastGood === null) return success(null);
    return await deliverRevert(ports, checkout.value, {
      stack: outcome.name,
      reason: row.reason ?? outcome.reason,
      log: outcome.health?.log ?? [],
      files: new Set(now.files.map(({ path }) => path)),
      to: row.lastGood.revision,
      settingsFor,
      run,
      addsOnly: trust.verify !== null,
    });
  } finally {
    await checkout.value.close();
  }
}

function isLost(reverted: Result<Reverted | null>): boolean {
  return reverted.ok && reverted.value?.state === "delivered" && reverted.value.outcome.state === "lost-race";
}

/** How a delivered revert is told. */
export function reportOf(
  { plan, subject, delivery, base, branch, outcome }: Extract<Reverted, { state: "delivered" }>,
  attempts: number,
): DeliveryReport {
  const problems: readonly Problem[] = outcome.state === "refused"
    ? [problemOf(outcome.failure)]
    : outcome.state === "lost-race"
    ? [{
      code: "git.lost_race",
      severity: "error",
      message: `somebody else pushed to ${branch} each time before magos could; the next pass tries again`,
    }]
    : [];
  return {
    group: null,
    delivery,
    base,
    branch,
    subject,
    changes: plan.values.length,
    commits: 1,
    ...deliveryEnd(outcome),
    url: null,
    number: null,
    attempts,
    problems,
  };
}

function edited(stack: string): Problem {
  return {
    code: "stack.edited",
    severity: "warning",
    stack,
    message: `${stack} was rolled back on this host; no marked value had moved, so git is left alone`,
    cure: "somebody's edit broke it: mend it in git",
  };
}

function stillRefused(stack: string, { until, failure }: RefusedRevert): Problem {
  const message = `git does not know yet that ${stack} was rolled back: ${failure.message}`;
  return { ...problemOf(failure, { stack }), severity: "warning", message, retryAt: until };
}

function withProblem(outcome: StackOutcome, problem: Problem): StackOutcome {
  return { ...outcome, problems: [...outcome.problems, problem] };
}
