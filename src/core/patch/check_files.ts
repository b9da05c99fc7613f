// The files of a repository to all that is wrong with its policies and markers. No registry is asked.
import { mentionsFlux, readPolicyBook } from "../documents/policy_book.ts";
import type { Pin, Policy, PolicyBook } from "../model/policy.ts";
import type { Problem } from "../model/problem.ts";
import { assignTargets } from "./assign_targets.ts";
import { checkMarkers } from "./check_markers.ts";
import { brokenPolicies, fixedPolicies, unusedPolicies } from "./check_policies.ts";
import { fileKindOf } from "./file_kind.ts";
import { mayHoldMarkers } from "./find_targets.ts";
import { mayHoldNearMarkers } from "./near_markers.ts";
import { selectMarkedFiles } from "./select_files.ts";
import type { SourceText } from "./slot.ts";

/** What the configuration says. */
export interface CheckOptions {
  readonly paths: readonly string[];
  readonly policyPaths: readonly string[];
  readonly pin: Pin;
  readonly fluxVersioning: Policy["versioning"];
  /** `flux.strictNamespaces`. */
  readonly strictNamespaces: boolean;
  /** Names of policies that apps follow. */
  readonly namedByApps: readonly string[];
}

/** What was found. Problems name their file. */
export interface CheckedFiles {
  /** How many markers are understood, by file. */
  readonly markers: ReadonlyMap<string, number>;
  readonly book: PolicyBook;
  readonly problems: readonly Problem[];
}

/** Whether a text outside of `update.policies` says anything that `checkFiles` looks at; others need not be kept. */
export function isWorthChecking({ file, text }: SourceText): boolean {
  return mayHoldMarkers(text) || mayHoldNearMarkers(text) || mentionsFlux(text) ||
    /(^|\/)\.env$/.test(file);
}

/** Checks all files together: a marker in one may name a policy in another. */
export function checkFiles(sources: readonly SourceText[], options: CheckOptions): CheckedFiles {
  const files = sources.map(({ file }) => file);
  const inPaths = new Set(selectMarkedFiles(files, options.paths));
  const withPolicies = new Set(selectMarkedFiles(files, options.policyPaths));
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const { book, automations, problems } = readPolicyBook(
    sources.filter(({ file }) => isYaml(file)).map((source) => ({
      ...source,
      mayHoldPolicies: withPolicies.has(source.file),
    })),
    { fluxVersioning: options.fluxVersioning },
  );
  const rules = {
    defaultPin: options.pin,
    book,
    readSibling: (path: string) => texts.get(path) ?? null,
    isInPaths: (file: string) => inPaths.has(file),
  };
  const checked = sources.map((source) => ({ file: source.file, ...checkMarkers(source, rules) }));
  const targets = checked.flatMap((one) => one.targets).map((target) => ({ target }));
  return {
    markers: new Map(checked.map(({ file, markers }) => [file, markers])),
    book,
    problems: [
      ...problems,
      ...brokenPolicies(book),
      ...fixedPolicies(book),
      ...unusedPolicies(book, sources.map(({ text }) => text), options.namedByApps),
      ...checked.flatMap((one) => one.problems),
      ...assignTargets(targets, automations, book.flux, options.strictNamespaces).problems,
    ],
  };
}

function isYaml(file: string): boolean {
  const kind = fileKindOf(file);
  return kind === "yaml" || kind === "flux";
}
