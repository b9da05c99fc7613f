// Steps 4 to 7 without the writing: a checkout to a plan. `plan` ends here, and so does an update with no news.
import type { Decision } from "../core/model/decision.ts";
import type { Holds } from "../core/model/hold.ts";
import type { UpdatePlan } from "../core/model/plan.ts";
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
import { type HistoryPorts, holdsRecord, humanHolds } from "./human_holds.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import { readCheckout } from "./checkout_reader.ts";
import { surveyHolds } from "./survey_holds.ts";
import { type CheckoutOptions, surveyCheckout } from "./survey_checkout.ts";

/** What rules a plan. */
export interface PlanOptions
  extends Omit<DecideOptions, "named" | "hurried" | "holds" | "startedAt" | "newestTime">, CheckoutOptions {
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
  /** False when anything is unknown: a scan, a file, a decision. */
  readonly complete: boolean;
  readonly holds: Holds;
  /** What `keepHolds` keeps. */
  readonly holdsRecord: string;
}

/** Reads the markers, decides each target and splices what moves. Nothing is written to the checkout. */
export async function planPass(
  checkout: Checkout,
  ports: DecidePorts & HistoryPorts & { readonly files: Files },
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
  const all = surveyed.files.flatMap((file) => file.found.map((it) => it.target));
  const listed = await surveyHolds(reader.value, startedAt, clockFault(startedAt, newestTime));
  const went = await humanHolds(checkout.revision, all, ports);
  if (!went.ok) return went;
  const holds = { ...listed.holds, human: went.value.human };
  const decided = await decideTargets(found.map((it) => it.target), ports, {
    ...options,
    ...words,
    holds,
    startedAt,
    newestTime,
  });
  const alone = new Map(found.flatMap((it, index): [FoundTarget, Decision][] => {
    const decision = decided[index];
    return decision === undefined ? [] : [[it, decision]];
  }));
  const byTarget = settleShared(settleParts(alone));
  const decisions = [...byTarget.values()];
  const patches = patchFiles(surveyed.files.map((file) => ({ ...file, problems: [] })), byTarget);
  const plan = planUpdate(checkout, patches, decisions);
  ports.log.event("debug", "update.step", { step: "planned" });
  const problems = [
    ...clockProblems(startedAt, newestTime),
    ...surveyed.problems,
    ...listed.problems,
    ...decisions.flatMap((decision) => decision.problems),
    ...plan.files.flatMap((file) => file.problems),
  ];
  const complete = decisions.every((decision) => decision.state !== "error") && surveyed.problems.length === 0 &&
    holds.fault === null;
  return success({ plan, problems, complete, holds, holdsRecord: holdsRecord(all, holds, went.value.question) });
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
