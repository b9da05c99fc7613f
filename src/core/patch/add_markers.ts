// A text to the same text with a marker beside each image that has none: spliced in, found again, read again.
import type { Target } from "../model/decision.ts";
import type { Problem } from "../model/problem.ts";
import { applyEdits, type TextEdit } from "../yaml/edit_scalar.ts";
import type { SourceText } from "./slot.ts";
import { unifiedDiff } from "./unified_diff.ts";
import { notMarked } from "./unmarked_image.ts";

/** One marker to be added. */
export interface Addition {
  /** Where the image stands in the text as it is. */
  readonly line: number;
  readonly column: number;
  /** `semver`, `latest` or `digest`. */
  readonly setter: string;
  /** The whole comment. */
  readonly marker: string;
  readonly edit: TextEdit;
  /** Whether the marker gets a line of its own, above the image. */
  readonly addsLine: boolean;
}

/** What became of the images of one file. */
export interface Proposals {
  /** In the order of the text. */
  readonly wanted: readonly Addition[];
  readonly problems: readonly Problem[];
  /** Images that a marker or an app rules already. */
  readonly marked: number;
  /** Services that build their image. */
  readonly builds: number;
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
  /** Their lines are those of the new text. */
  readonly additions: readonly Addition[];
  readonly problems: readonly Problem[];
  readonly diff: string;
  readonly text: string | null;
}

/**
 * Adds the markers. Whatever of them a pass would not find is left out and reported; a text that would mean something
 * else is left alone as a whole.
 */
export function addMarkers({ file, text }: SourceText, wanted: readonly Addition[], proof: MarkerProof): MarkedUp {
  if (wanted.length === 0) return unchanged([]);
  const marked = applyEdits(text, wanted.map(({ edit }) => edit));
  const [before, after] = [proof.find(text), proof.find(marked)];
  const placed = placeAll(wanted);
  const found = new Set(after.targets.map(keyOf));
  const lost = placed.filter((addition) => !found.has(keyOf(addition.placed)));
  if (lost.length > 0) {
    const kept = placed.filter((addition) => found.has(keyOf(addition.placed)));
    const rest = addMarkers({ file, text }, kept.map(({ wanted }) => wanted), proof);
    const byLine = new Map(after.problems.map((problem) => [problem.line, problem]));
    return { ...rest, problems: [...lost.map((addition) => refusal(file, addition, byLine)), ...rest.problems] };
  }
  const isSound = after.targets.length === before.targets.length + wanted.length &&
    after.problems.length === before.problems.length && proof.readsAlike(text, marked);
  if (!isSound) return unchanged([unpatchable(file)]);
  return {
    additions: placed.map((addition) => addition.placed),
    problems: [],
    diff: unifiedDiff(file, text, marked),
    text: marked,
  };
}

function unchanged(problems: readonly Problem[]): MarkedUp {
  return { additions: [], problems, diff: "", text: null };
}

/** An addition by its place in the old text and in the new one. */
interface Placed {
  readonly wanted: Addition;
  readonly placed: Addition;
}

function placeAll(wanted: readonly Addition[]): readonly Placed[] {
  let added = 0;
  return wanted.map((addition) => {
    if (addition.addsLine) added++;
    return { wanted: addition, placed: { ...addition, line: addition.line + added } };
  });
}

/** One marker rules one line, so the line tells them apart; a value in quotes may begin at either side of them. */
function keyOf({ line, setter }: Pick<Target, "line" | "setter">): string {
  return `${line} ${setter}`;
}

/** Why a pass would not follow the marker, in its own words where it has some. */
function refusal(file: string, addition: Placed, byLine: ReadonlyMap<number | undefined, Problem>): Problem {
  const { line, column, addsLine } = addition.wanted;
  // A marker above its image is told by its own line.
  const reason = byLine.get(addition.placed.line - (addsLine ? 1 : 0));
  const why = `no marker can rule this image: ${reason?.message ?? "a pass would not find it"}`;
  return notMarked({ file, line, column }, why, reason?.cure);
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
