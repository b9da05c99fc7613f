// Step 4 of the update pass: which automation of Flux rules which of the marked values (rulings 17).
import type { Automation, AutomationBook } from "../core/model/automation.ts";
import type { PolicyBook } from "../core/model/policy.ts";
import type { Problem } from "../core/model/problem.ts";
import { assignTargets, missingPaths } from "../core/patch/assign_targets.ts";
import type { FoundTarget, MarkedFile } from "../core/patch/find_context.ts";
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
  readonly problems: readonly Problem[];
}

/** What rules the assignment. */
export interface RulerOptions {
  readonly automations: AutomationBook;
  readonly book: PolicyBook;
  readonly paths: readonly string[];
  /** `flux.strictNamespaces`. */
  readonly strictNamespaces: boolean;
}

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
  { automations, book, paths, strictNamespaces }: RulerOptions,
): Rulers {
  const found = marked.flatMap((file) => file.found);
  const { runs, reasons, rest, problems } = assignTargets(found, automations, book.flux, strictNamespaces);
  const inPaths = new Set(selectMarkedFiles([...new Set(rest.map(({ target }) => target.file))], paths));
  const own = rest.filter(({ target }) => target.marker === "app" || inPaths.has(target.file));
  return {
    runs,
    staying: reasons,
    rest: own,
    strays: new Set(rest).difference(new Set(own)),
    problems: [...problems, ...missingPaths(automations, files)],
  };
}
