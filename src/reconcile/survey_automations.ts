// Step 4 of the update pass: which automation of Flux rules which of the marked values (rulings 17).
import type { Automation, AutomationBook, AutomationKey } from "../core/model/automation.ts";
import type { PolicyBook } from "../core/model/policy.ts";
import type { Problem } from "../core/model/problem.ts";
import { assignTargets, missingPaths } from "../core/patch/assign_targets.ts";
import type { FoundTarget, MarkedFile } from "../core/patch/find_context.ts";
import type { PolicyBookReading } from "../core/documents/policy_book.ts";
import { type AutomationBase, automationBase } from "../core/plan/automation_base.ts";
import type { SecretBook } from "./read_secrets.ts";
import { isBelow } from "../core/patch/governs.ts";
import { selectMarkedFiles } from "../core/patch/select_files.ts";

/** The values of one automation. */
export interface AutomationRun {
  readonly automation: Automation;
  readonly found: readonly FoundTarget[];
}

/** Who rules what, and what nothing moves. */
export interface Rulers {
  readonly runs: readonly AutomationRun[];
  /** Values that stay, and why. */
  readonly staying: ReadonlyMap<FoundTarget, string>;
  /** What no automation rules and `update` does. */
  readonly rest: readonly FoundTarget[];
  /** Values that nothing rules: below an automation's path alone, and none of its own. */
  readonly strays: ReadonlySet<FoundTarget>;
  /** Other branches that automations begin at, by name. */
  readonly otherBases: readonly string[];
  /** Keys that automations sign with, wherever they begin. */
  readonly signingKeys: readonly AutomationKey[];
  readonly problems: readonly Problem[];
}

/** What rules the assignment. */
export interface RulerOptions {
  readonly automations: AutomationBook;
  readonly book: PolicyBook;
  readonly paths: readonly string[];
  /** `flux.strictNamespaces`. */
  readonly strictNamespaces: boolean;
  readonly base: SurveyedBase;
}

/** The branch that a checkout is of. */
export interface SurveyedBase {
  /** Null: every automation is taken to begin here. */
  readonly branch: string | null;
  /** The followed branch's own, where the checkout is of another one; null: it is read from the checkout. */
  readonly policies: PolicyBookReading | null;
  /** The Secrets of the followed branch, where the checkout is of another one. */
  readonly secrets?: SecretBook;
}

/** For who asks what is marked, and not where it goes. */
export const anyBase: SurveyedBase = { branch: null, policies: null };

/** Where marked values are looked for: `update.paths`, and each automation's own path (Flux semantics 3.1). */
export function surveyPaths(
  files: readonly string[],
  paths: readonly string[],
  { automations }: AutomationBook,
): (file: string) => boolean {
  const inPaths = new Set(selectMarkedFiles(files, paths));
  return (file) => inPaths.has(file) || automations.some((automation) => isBelow(automation, file));
}

/** Assigns what was found. `files` are all of the checkout. */
export function findRulers(
  marked: readonly MarkedFile[],
  files: readonly string[],
  { automations, book, paths, strictNamespaces, base }: RulerOptions,
): Rulers {
  const found = marked.flatMap((file) => file.found);
  const { runs: all, reasons, rest, problems } = assignTargets(found, automations, book.flux, strictNamespaces);
  const inPaths = new Set(selectMarkedFiles([...new Set(rest.map(({ target }) => target.file))], paths));
  const own = rest.filter(({ target }) => target.marker === "app" || inPaths.has(target.file));
  const bases = new Map(all.map(({ automation }) => [automation, automationBase(automation)]));
  const runs = all.filter(({ automation }) => isOf(bases.get(automation), base));
  const governed = new Set(runs.flatMap((run) => run.found));
  const elsewhere = all.filter((run) => !runs.includes(run)).flatMap((run) =>
    run.found.filter((one) => !governed.has(one)).map((one) =>
      [one, whyElsewhere(run.automation, bases.get(run.automation))] as const
    )
  );
  const named = [...bases.values()].flatMap((it) => it.kind === "branch" && it.branch !== null ? [it.branch] : []);
  const isFollowed = base.branch !== null && base.policies === null;
  return {
    runs,
    staying: new Map([...elsewhere, ...reasons]),
    signingKeys: all.flatMap(({ automation }) => automation.signingKey ?? []),
    otherBases: isFollowed ? [...new Set(named)].filter((name) => name !== base.branch).sort() : [],
    rest: own,
    strays: new Set(rest).difference(new Set(own)),
    problems: [
      ...problems,
      ...[...bases.values()].flatMap((it) => it.kind === "none" ? [it.problem] : []),
      ...missingPaths({ ...automations, automations: ownOf(automations, base) }, files),
    ],
  };
}

function isOf(at: AutomationBase | undefined, { branch, policies }: SurveyedBase): boolean {
  if (at?.kind !== "branch") return false;
  if (branch === null) return true;
  return at.branch === null ? policies === null : at.branch === branch;
}

/** The automations that begin at this branch. */
export function ownOf({ automations }: AutomationBook, base: SurveyedBase): readonly Automation[] {
  return automations.filter((automation) => isOf(automationBase(automation), base));
}

function whyElsewhere({ key }: Automation, at: AutomationBase | undefined): string {
  return at?.kind === "branch"
    ? `the automation ${key} updates it on the branch ${at.branch}`
    : `the automation ${key} cannot run`;
}
