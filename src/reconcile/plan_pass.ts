// Steps 4 to 7 without the writing: a checkout to a plan. `plan` ends here, and so does an update with no news.
import type { Decision } from "../core/model/decision.ts";
import type { FilePatch, UpdatePlan } from "../core/model/plan.ts";
import { type Problem, type Result, success } from "../core/model/problem.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { Time } from "../core/model/time.ts";
import { clockFault } from "../core/policy/clock.ts";
import { patchFiles } from "../core/patch/patch_file.ts";
import { settleParts } from "../core/patch/settle_parts.ts";
import { settleShared } from "../core/patch/settle_shared.ts";
import { planUpdate } from "../core/plan/update_plan.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { decideTargets } from "./decide_targets.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import { readCheckout } from "./checkout_reader.ts";
import { type CheckoutOptions, surveyCheckout } from "./survey_checkout.ts";

/** What rules a plan. */
export interface PlanOptions
  extends Omit<DecideOptions, "named" | "hurried" | "startedAt" | "newestTime">, CheckoutOptions {
  /** Which of the marked values are decided, and which repositories the user named; fails for a name that fits none. */
  readonly choose: (found: readonly FoundTarget[]) => Result<Choice>;
}

/** What a user's words select. */
export interface Choice extends Pick<DecideOptions, "named" | "hurried"> {
  readonly targets: readonly FoundTarget[];
}

/** A plan, and all that is wrong with the files and images it was made from. */
export interface PlannedPass {
  readonly plan: UpdatePlan;
  readonly problems: readonly Problem[];
  /** The files as they are when only some of the decisions are carried out. */
  readonly patchSome: (decisions: ReadonlySet<Decision>) => readonly FilePatch[];
  /** False when anything is unknown: a scan, a file, a decision. */
  readonly complete: boolean;
}

/** Reads the markers, decides each target and splices what moves. Nothing is written to the checkout. */
export async function planPass(
  checkout: Checkout,
  ports: DecidePorts & { readonly files: Files },
  options: PlanOptions,
): Promise<Result<PlannedPass>> {
  const startedAt = ports.clock.now();
  const newestTime = ports.store.newestTime();
  const reader = await readCheckout(checkout, ports.files);
  if (!reader.ok) return reader;
  const surveyed = await surveyCheckout(reader.value, options);
  const choice = options.choose(surveyed.files.flatMap((file) => file.found));
  if (!choice.ok) return choice;
  const { targets: found, ...words } = choice.value;
  const decided = await decideTargets(found.map((it) => it.target), ports, {
    ...options,
    ...words,
    startedAt,
    newestTime,
  });
  const alone = new Map(found.flatMap((it, index): [FoundTarget, Decision][] => {
    const decision = decided[index];
    return decision === undefined ? [] : [[it, decision]];
  }));
  const byTarget = settleShared(settleParts(alone));
  const decisions = [...byTarget.values()];
  const marked = surveyed.files.map((file) => ({ ...file, problems: [] }));
  const plan = planUpdate(checkout, patchFiles(marked, byTarget), decisions);
  const patchSome = (some: ReadonlySet<Decision>): readonly FilePatch[] =>
    patchFiles(marked, new Map([...byTarget].filter(([, decision]) => some.has(decision))));
  ports.log.event("debug", "update.step", { step: "planned" });
  const problems = [
    ...clockProblems(startedAt, newestTime),
    ...surveyed.problems,
    ...decisions.flatMap((decision) => decision.problems),
    ...plan.files.flatMap((file) => file.problems),
  ];
  const complete = decisions.every((decision) => decision.state !== "error") && surveyed.problems.length === 0;
  return success({ plan, problems, patchSome, complete });
}

function clockProblems(now: Time, newestTime: Time | null): readonly Problem[] {
  const fault = clockFault(now, newestTime);
  if (fault === null) return [];
  return [{
    code: "state.clock_behind",
    severity: "warning",
    message: `${fault}: ages are not known, and what waits for one goes on waiting`,
    cure: "set the clock; if it is right now, it was ahead before, and without the state file all ages begin anew",
  }];
}
