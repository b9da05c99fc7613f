// Step 4 of the update pass, whole: policies first, then what is marked, then what apps follow besides.
import type { App, Exclusion } from "../core/documents/config.ts";
import type { PolicyBookReading } from "../core/documents/policy_book.ts";
import type { ShortNames } from "../core/documents/short_names.ts";
import type { GateDefaults, Pin, PolicyBook } from "../core/model/policy.ts";
import { type ExcludedTarget, findTargetExclusion } from "../core/patch/exclude.ts";
import type { FoundTarget, MarkedFile } from "../core/patch/find_context.ts";
import { slotKey } from "../core/patch/slot.ts";
import { findPolicy } from "../core/patch/marker_policy.ts";
import type { Problem } from "../core/model/problem.ts";
import type { BrokenGroups } from "../core/plan/settle_groups.ts";
import type { CheckoutReader } from "./checkout_reader.ts";
import { findAppTargets } from "./find_app_targets.ts";
import { type PolicyOptions, readPolicies } from "./read_policies.ts";
import { type Survey, survey } from "./survey.ts";
import { anyBase, findRulers, type Rulers, type SurveyedBase, surveyPaths } from "./survey_automations.ts";

/** What the configuration says of where values stand. */
export interface CheckoutOptions extends PolicyOptions {
  readonly apps: readonly App[];
  readonly paths: readonly string[];
  readonly pin: Pin;
  readonly gates: GateDefaults;
  /** Where names without a registry are looked for on this machine. */
  readonly shortNames: ShortNames;
  /** What is left alone, marked or not. */
  readonly exclude: readonly Exclusion[];
  /** `flux.strictNamespaces`. */
  readonly strictNamespaces: boolean;
}

/** What a checkout follows, and what it would but for `update.exclude`. */
export interface CheckoutSurvey extends Survey {
  readonly excluded: readonly ExcludedTarget[];
  readonly broken: BrokenGroups;
  readonly rulers: Rulers;
  readonly policies: PolicyBookReading;
}

/** All values that a repository follows. Policies come first, since markers and apps name them. */
export async function surveyCheckout(
  reader: CheckoutReader,
  options: CheckoutOptions,
  base: SurveyedBase = anyBase,
): Promise<CheckoutSurvey> {
  const policies = base.policies ?? await readPolicies(reader, options);
  const { book, automations } = policies;
  // What is wrong with them has been told of the branch that they are from.
  const problems = base.policies === null ? policies.problems : [];
  const surveyed = await survey(reader, {
    ...options,
    book,
    isInPaths: surveyPaths(reader.files, options.paths, automations),
  });
  const marked = surveyed.files.flatMap((file) => file.found);
  const apps = await findAppTargets(options.apps, reader, { ...options, defaultPin: options.pin, book }, marked);
  const files = apps.found.map((found) => ({ ...found.slot.source, found: [found], problems: [] }));
  const kept = leaveOut([...surveyed.files, ...files], options.exclude);
  const rulers = findRulers(kept.files, reader.files, { ...options, book, automations, base });
  return {
    files: withoutStrays(kept.files, rulers),
    excluded: kept.excluded,
    rulers,
    policies,
    broken: new Map([...surveyed.problems.flatMap((problem) => brokenGroup(problem, book)), ...apps.broken]),
    problems: [...problems, ...surveyed.problems, ...apps.problems, ...rulers.problems],
  };
}

function withoutStrays(files: readonly MarkedFile[], { strays }: Rulers): readonly MarkedFile[] {
  if (strays.size === 0) return files;
  return files.map((file) => ({ ...file, found: file.found.filter((found) => !strays.has(found)) }))
    .filter(({ found }) => found.length > 0);
}

/** The group of a marker that is not understood: as far as is known, one of its members moves with nobody. */
function brokenGroup(problem: Problem, book: PolicyBook): readonly (readonly [string, Problem])[] {
  if (problem.severity !== "error" || problem.policy === undefined) return [];
  const group = findPolicy(problem.policy, book)?.policy.group ?? null;
  return group === null ? [] : [[group, problem]];
}

function leaveOut(
  files: readonly MarkedFile[],
  exclude: readonly Exclusion[],
): Pick<CheckoutSurvey, "files" | "excluded"> {
  const all = files.flatMap(({ found }) => found);
  const places = new Map(all.flatMap((found) => {
    const exclusion = findTargetExclusion(found, exclude);
    return exclusion === null ? [] : [[slotKey(found.slot), exclusion] as const];
  }));
  if (places.size === 0) return { files, excluded: [] };
  // Who shares a variable with an excluded image would move it.
  const exclusionOf = (found: FoundTarget): Exclusion | undefined => places.get(slotKey(found.slot));
  return {
    files: files
      .map((file) => ({ ...file, found: file.found.filter((found) => exclusionOf(found) === undefined) }))
      .filter(({ found }) => found.length > 0),
    excluded: all.flatMap((found) => {
      const exclusion = exclusionOf(found);
      return exclusion === undefined ? [] : [{ found, exclusion }];
    }),
  };
}
