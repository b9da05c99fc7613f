// Steps 4 to 7 without the writing: a checkout to a plan. `plan` ends here, and so does an update with no news.
import type { PolicyBookReading } from "../core/documents/policy_book.ts";
import type { Decision } from "../core/model/decision.ts";
import type { FilePatch, UpdatePlan } from "../core/model/plan.ts";
import { type Problem, type Result, success } from "../core/model/problem.ts";
import type { Unfollowed } from "../core/model/unfollowed.ts";
import type { ExcludedTarget } from "../core/patch/exclude.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { Time } from "../core/model/time.ts";
import { clockFault } from "../core/policy/clock.ts";
import { patchFiles } from "../core/patch/patch_file.ts";
import { settlePlan } from "../core/plan/settle_plan.ts";
import { keepStaying } from "../core/plan/keep_staying.ts";
import type { Automation } from "../core/model/automation.ts";
import { automationBase } from "../core/plan/automation_base.ts";
import type { LaneDecisions } from "../core/plan/lane.ts";
import type { LaneTurns } from "../core/plan/lane_turns.ts";
import { planUpdate } from "../core/plan/update_plan.ts";
import type { Files } from "../core/ports/files.ts";
import type { Checkout } from "../core/ports/git.ts";
import { decideTargets } from "./decide_targets.ts";
import { listUnfollowed } from "./list_unfollowed.ts";
import type { DecideOptions, DecidePorts, GrantPorts } from "./pass_ports.ts";
import { readCheckout } from "./checkout_reader.ts";
import { findHolds, type HeldValues, type HoldPorts } from "./find_holds.ts";
import { reachFlux } from "./reach_flux.ts";
import type { SecretBook } from "./read_secrets.ts";
import { findSigningKeys, type FoundKeys } from "./signing_keys.ts";
import type { Rulers, SurveyedBase } from "./survey_automations.ts";
import { type CheckoutOptions, surveyCheckout } from "./survey_checkout.ts";
import { takeTurns } from "./take_turns.ts";

/** What rules a plan. */
export interface PlanOptions
  extends Omit<DecideOptions, "named" | "hurried" | "holds" | "startedAt" | "newestTime" | "ages">, CheckoutOptions {
  /** Which of the marked values are decided, and which repositories the user named; fails for a name that fits none. */
  readonly choose: (found: readonly FoundTarget[], excluded: readonly ExcludedTarget[]) => Result<Choice>;
  /** Whether images that nothing follows are looked for; that reads files which a pass has no use for. */
  readonly listsUnfollowed?: boolean;
  /** Which branch the checkout is of; default: the followed one, by its name. */
  readonly base?: SurveyedBase;
  /** Files of this machine that stand for Secrets (`flux.secrets`). */
  readonly secretFiles: ReadonlyMap<string, string>;
  /** Whose turn it is; null or left out: everybody's. */
  readonly turns?: LaneTurns | null;
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
  readonly held: HeldValues;
  /** Which of the decisions each automation carries out, and last those of `update`. */
  readonly shares: readonly LaneDecisions[];
  readonly policies: PolicyBookReading;
  readonly secrets: SecretBook;
  /** What automations sign with. */
  readonly signing: FoundKeys["keys"];
  /** Other branches that automations begin at. */
  readonly otherBases: readonly string[];
  /** Those of them that an automation begins at whose turn it is. */
  readonly dueBases: readonly string[];
  /** Null: not looked for. */
  readonly unfollowed: Unfollowed | null;
  readonly lanes: PlannedLanes;
}

/** Whose turn it was. */
export interface PlannedLanes {
  readonly update: boolean;
  readonly automations: ReadonlySet<Automation>;
  /** Values of the others: what was decided of them before stands. */
  readonly resting: ReadonlySet<FoundTarget>;
  /** Whether only what the user named was asked about: then nobody's interval begins anew. */
  readonly isNarrow: boolean;
}

/** Reads the markers, decides each target and splices what moves. Nothing is written to the checkout. */
export async function planPass(
  checkout: Checkout,
  ports: DecidePorts & HoldPorts & GrantPorts & { readonly files: Files },
  options: PlanOptions,
): Promise<Result<PlannedPass>> {
  const startedAt = ports.clock.now();
  const newestTime = ports.store.newestTime();
  const reader = await readCheckout(checkout, ports.files);
  if (!reader.ok) return reader;
  const base = options.base ?? { branch: checkout.branch, policies: null };
  const surveyed = await surveyCheckout(reader.value, options, base);
  const choice = options.choose(surveyed.files.flatMap((file) => file.found), surveyed.excluded);
  if (!choice.ok) return choice;
  const { targets: chosen, ...words } = choice.value;
  const followed = surveyed.files.flatMap((file) => file.found);
  const { automations } = surveyed.policies.automations;
  const turns = takeTurns(surveyed.rulers, automations, followed, base, options.turns ?? null);
  const asked = chosen.filter((it) => !turns.resting.has(it));
  const unfollowed = options.listsUnfollowed ? await listUnfollowed(reader.value, options, followed) : null;
  const found = withGroups(asked, followed);
  const held = await findHolds(reader.value, checkout.revision, followed.map((it) => it.target), ports, newestTime);
  if (!held.ok) return held;
  const reached = await reachFlux(reader.value, surveyed, ports, { ...options, base });
  const { runs, staying, signing } = signedRuns(surveyed.rulers, reached.secrets);
  const decided = await decideTargets(found.map((it) => it.target), ports, {
    ...options,
    ...words,
    ages: reached.ages,
    holds: held.value.holds,
    startedAt,
    newestTime,
  });
  const alone = new Map(found.flatMap((it, index): [FoundTarget, Decision][] => {
    const decision = decided[index];
    const why = staying.get(it);
    return decision === undefined ? [] : [[it, why === undefined ? decision : keepStaying(decision, why)]];
  }));
  const marked = surveyed.files.map((file) => ({ ...file, problems: [] }));
  const { decisions: byTarget, patches } = settlePlan(marked, alone, surveyed.broken);
  const decisions = asked.flatMap((it) => byTarget.get(it) ?? []);
  const plan = planUpdate(checkout, patches, decisions);
  const patchSome = (some: ReadonlySet<Decision>): readonly FilePatch[] =>
    patchFiles(marked, new Map([...byTarget].filter(([, decision]) => some.has(decision))));
  ports.log.event("debug", "update.step", { step: "planned" });
  // What is wrong with a file may be wrong with several members of a group; it is told once.
  const problems = new Set([
    ...clockProblems(startedAt, newestTime),
    ...surveyed.problems,
    ...reached.problems,
    ...signing.refused.values(),
    ...held.value.problems,
    ...decisions.flatMap((decision) => decision.problems),
    ...plan.files.flatMap((file) => file.problems),
  ]);
  const shareOf = (some: readonly FoundTarget[]): ReadonlySet<Decision> =>
    new Set(some.flatMap((it) => byTarget.get(it) ?? []));
  const { rest } = surveyed.rulers;
  const shares = [
    ...runs.filter(({ automation }) => turns.automations.has(automation))
      .map((run) => ({ automation: run.automation, decisions: shareOf(run.found) })),
    ...turns.update ? [{ automation: null, decisions: shareOf(rest) }] : [],
  ];
  const complete = decisions.every((decision) => decision.state !== "error") && surveyed.problems.length === 0 &&
    held.value.holds.fault === null;
  const { policies } = surveyed;
  const { otherBases } = surveyed.rulers;
  return success({
    plan,
    policies,
    secrets: reached.secrets,
    signing: signing.keys,
    otherBases,
    dueBases: otherBases.filter((branch) => [...turns.automations].some((it) => beginsAt(it, branch))),
    lanes: { ...turns, isNarrow: words.named !== null },
    problems: [...problems],
    patchSome,
    complete,
    held: held.value,
    shares,
    unfollowed,
  });
}

function beginsAt(automation: Automation, branch: string): boolean {
  const at = automationBase(automation);
  return at.kind === "branch" && at.branch === branch;
}

/** The runs that can sign what they should; the values of the others stay. */
function signedRuns(
  { runs, staying }: Rulers,
  secrets: SecretBook,
): Pick<Rulers, "runs" | "staying"> & { readonly signing: FoundKeys } {
  const signing = findSigningKeys(runs.map(({ automation }) => automation), secrets);
  const able = runs.filter(({ automation }) => !signing.refused.has(automation));
  const governed = new Set(able.flatMap((run) => run.found));
  const unsigned = runs.filter((run) => !able.includes(run)).flatMap(({ automation, found }) =>
    found.filter((it) => !governed.has(it)).map((it) => [it, `the automation ${automation.key} cannot sign`] as const)
  );
  return { runs: able, staying: new Map([...staying, ...unsigned]), signing };
}

/** The targets, and those that move only together with one of them. */
function withGroups(asked: readonly FoundTarget[], all: readonly FoundTarget[]): readonly FoundTarget[] {
  const groups = new Set(asked.flatMap(({ target }) => target.policy.group ?? []));
  const isAsked = new Set(asked);
  return [...asked, ...all.filter((it) => !isAsked.has(it) && groups.has(it.target.policy.group ?? ""))];
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
