// A text to the same text with a marker beside each image that has none: spliced in, found again, read again.
import type { Target } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import { unifiedDiff } from "./unified_diff.ts";

/** One marker to be added. */
export interface Addition {
  /** Where the image stands in the new text. */
  readonly line: number;
  readonly column: number;
  /** And its line in the text as it is. */
  readonly oldLine: number;
  /** `semver`, `latest` or `digest`. */
  readonly setter: string;
  /** The whole comment. */
  readonly marker: string;
  readonly edit: TextEdit;
}

/** How a new text is proved. */
export interface MarkerProof {
  /** What the markers of a text say, by whatever reads them for a pass. */
  find(text: string): { readonly targets: readonly Target[]; readonly problems: readonly Problem[] };
  /** Whether two texts mean the same to those that know nothing of markers. */
  readsAlike(before: string, after: string): boolean;
}

/** A file and what was added to it. `text` is null when nothing was. */
export interface MarkedUp {
  readonly additions: readonly Addition[];
  readonly problems: readonly Problem[];
  readonly diff: string;
  readonly text: string | null;
}

/**
 * Adds the markers. Whatever of them a pass would not find, or find elsewhere, is left out and reported; a text that
 * would mean something else is left alone as a whole.
 */
export function addMarkers(
  { file, text, wanted }: { readonly file: string; readonly text: string; readonly wanted: readonly Addition[] },
  { find, readsAlike }: MarkerProof,
): MarkedUp {
  if (wanted.length === 0) return unchanged([]);
  const before = find(text);
  const marked = applyEdits(text, wanted.map(({ edit }) => edit));
  const after = find(marked);
  const found = new Set(after.targets.map(keyOf));
  const lost = wanted.filter((addition) => !found.has(keyOf(addition)));
  if (lost.length > 0) {
    const left = { file, text, wanted: wanted.filter((addition) => !lost.includes(addition)) };
    const rest = addMarkers(left, { find, readsAlike });
    const reasons = lost.map((addition) => refusal(file, addition, after.problems));
    return { ...rest, problems: [...reasons, ...rest.problems] };
  }
  const grown = after.targets.length === before.targets.length + wanted.length;
  const isSound = grown && after.problems.length === before.problems.length && readsAlike(text, marked);
  if (!isSound) return unchanged([unpatchable(file)]);
  return { additions: wanted, problems: [], diff: unifiedDiff(file, text, marked), text: marked };
}

function unchanged(problems: readonly Problem[]): MarkedUp {
  return { additions: [], problems, diff: "", text: null };
}

/** One marker rules one line, so the line tells them apart; a value in quotes may begin at either side of them. */
function keyOf({ line, setter }: Pick<Target, "line" | "setter">): string {
  return `${line} ${setter}`;
}

/** Why a pass would not follow the marker, in its own words where it has some. */
function refusal(file: string, addition: Addition, reasons: readonly Problem[]): Problem {
  const { line, column, oldLine } = addition;
  const reason = reasons.find((problem) => problem.line === line || problem.line === line - 1);
  return {
    code: "image.not_marked",
    severity: "warning",
    file,
    line: oldLine,
    column,
    message: `no marker can rule this image: ${reason?.message ?? "a pass would not find it"}`,
    ...reason?.cure === undefined ? {} : { cure: reason.cure },
  };
}

function unpatchable(file: string): Problem {
  return {
    code: "file.unpatchable",
    severity: "error",
    file,
    message: `${file}: with markers the file would read differently; it is left alone`,
    cure: "mark its images by hand and run magos validate",
  };
}
