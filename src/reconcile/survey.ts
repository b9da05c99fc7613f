// Step 4 of the update pass: the files of a checkout to the values that are marked in them.
import type { Exclusion } from "../core/documents/config.ts";
import type { ShortNames } from "../core/documents/short_names.ts";
import type { GateDefaults, Pin, PolicyBook } from "../core/model/policy.ts";
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { findFileExclusion } from "../core/patch/exclude.ts";
import { envBeside, fileKindOf } from "../core/patch/file_kind.ts";
import type { MarkedFile } from "../core/patch/find_context.ts";
import { findTargets, mayHoldMarkers } from "../core/patch/find_targets.ts";
import type { CheckoutReader } from "./checkout_reader.ts";

/** More files are refused, not read in part (contracts.md 5.2). */
export const mostFiles = 20_000;

/** What the repository marks. Files without markers and problems are left out. */
export interface Survey {
  readonly files: readonly MarkedFile[];
  readonly problems: readonly Problem[];
}

/** What rules a survey. */
export interface SurveyOptions {
  /** Whether values are changed in a file. */
  readonly isInPaths: (file: string) => boolean;
  readonly pin: Pin;
  readonly book: PolicyBook;
  readonly shortNames: ShortNames;
  readonly exclude: readonly Exclusion[];
  readonly gates: GateDefaults;
}

/** Reads the files below the configured paths in which markers count. One bad file does not hide the others. */
export async function survey(reader: CheckoutReader, options: SurveyOptions): Promise<Survey> {
  const { exclude } = options;
  const below = reader.files.filter((file) => fileKindOf(file) !== null && options.isInPaths(file));
  const candidates = below.filter((file) => findFileExclusion(file, exclude) === null);
  if (candidates.length > mostFiles) return { files: [], problems: [tooMany(candidates.length)] };
  const read = (file: string): Promise<Result<string | null>> => reader.read(file);
  const tracked = new Set(reader.files);
  const allowed = new Set(candidates);
  const found: MarkedFile[] = [];
  const problems: Problem[] = [];
  for (const file of candidates) {
    const text = await read(file);
    if (!text.ok) {
      problems.push(problemOf(text.failure));
      continue;
    }
    if (text.value === null || !mayHoldMarkers(text.value)) continue;
    const siblings = await readSiblings(file, text.value, tracked, read);
    problems.push(...siblings.problems);
    const { pin: defaultPin, book, gates, shortNames } = options;
    const context = { defaultPin, book, gates, shortNames, readSibling: siblings.read };
    const marked = withinPaths(findTargets(file, text.value, context), allowed);
    problems.push(...marked.problems);
    if (marked.found.length > 0) found.push(marked);
  }
  return { files: found, problems };
}

/** The one other file that a marked value may lie in: the `.env` beside it, read when a variable may lead there. */
async function readSiblings(
  file: string,
  text: string,
  tracked: ReadonlySet<string>,
  read: (file: string) => Promise<Result<string | null>>,
): Promise<{ readonly read: (path: string) => string | null; readonly problems: readonly Problem[] }> {
  const path = envBeside(file);
  const env = text.includes("$") && tracked.has(path) ? await read(path) : success(null);
  return {
    read: (wanted) => env.ok && wanted === path ? env.value : null,
    problems: env.ok ? [] : [problemOf(env.failure)],
  };
}

/** Values are changed below `update.paths` alone, wherever a marker leads (rulings 11). */
function withinPaths(marked: MarkedFile, allowed: ReadonlySet<string>): MarkedFile {
  const outside = marked.found.filter((it) => !allowed.has(it.slot.source.file));
  const problems = outside.map(({ target }): Problem => ({
    code: "marker.outside_paths",
    severity: "error",
    file: target.file,
    line: target.line,
    column: target.column,
    message: `the value stands in ${target.value.file}, which update.paths or update.exclude leaves out; it stays`,
    ...target.marker === "magos" ? { policy: target.policy.name } : {},
    cure: `let update.paths take ${target.value.file} in`,
  }));
  return {
    ...marked,
    found: marked.found.filter((it) => !outside.includes(it)),
    problems: [...marked.problems, ...problems],
  };
}

function tooMany(count: number): Problem {
  return {
    code: "file.too_many",
    severity: "error",
    message:
      `the repository holds ${count} files that may be marked below update.paths; magos reads at most ${mostFiles}`,
    cure: "narrow update.paths",
  };
}
