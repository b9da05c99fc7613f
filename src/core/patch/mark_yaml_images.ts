// The images of a YAML file to the markers that they lack, and what a person has to mark by hand.
import { isMagosMarker } from "../documents/magos_marker.ts";
import { type Problem, type Result, success } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import { scalarsOf } from "../yaml/scalars.ts";
import type { Addition, Proposals } from "./add_markers.ts";
import { findImages, type FoundImage, type FoundPair } from "./find_images.ts";
import { nearMarker } from "./near_markers.ts";
import { type FilePlace, placeAt } from "./place.ts";
import { formatMarker, proposeMarker } from "./propose_marker.ts";
import { fittingMarker, notMarked } from "./unmarked_image.ts";

/** What the lines of a file hold besides the image. */
interface Lines {
  readonly yaml: YamlFile;
  /** Comments by line. */
  readonly comments: ReadonlyMap<number, string>;
  /** How many values begin on a line. */
  readonly values: ReadonlyMap<number, number>;
}

/** Proposes a marker for each image but those on lines that are followed without one. `resolve` puts variables in. */
export function markYamlImages(
  yaml: YamlFile,
  followed: ReadonlySet<number>,
  resolve: (text: string) => Result<string>,
): Proposals {
  const { images, pairs, aliases, builds } = findImages(yaml);
  if (images.length + pairs.length + aliases.length === 0) return { wanted: [], problems: [], marked: 0, builds };
  const lines = linesOf(yaml);
  const isMarked = (offset: number): boolean => {
    const { line } = yaml.lines.at(offset);
    const comment = lines.comments.get(line);
    return followed.has(line) ||
      comment !== undefined && (isMagosMarker(comment) || comment.includes('"$imagepolicy"'));
  };
  const open = images.filter((image) => !isMarked(image.start));
  const openPairs = pairs.filter(({ tag }) => !isMarked(tag.start));
  const proposed = open.map((image) =>
    markImage(image, lines, image.expands ? resolve(image.text) : success(image.text))
  );
  return {
    wanted: proposed.flatMap(({ addition }) => addition ?? []),
    problems: [
      ...proposed.flatMap(({ problems }) => problems),
      ...openPairs.map((pair) => pairProblem(pair, placeAt(yaml.file, yaml.lines, pair.tag.start))),
      ...aliases.map((offset) =>
        notMarked(placeAt(yaml.file, yaml.lines, offset), "the image is an alias", "mark the line of the anchor")
      ),
    ],
    marked: images.length - open.length + pairs.length - openPairs.length,
    builds,
  };
}

interface Outcome {
  readonly addition: Addition | null;
  readonly problems: readonly Problem[];
}

function markImage(image: FoundImage, lines: Lines, resolved: Result<string>): Outcome {
  const { yaml } = lines;
  const place = placeAt(yaml.file, yaml.lines, image.start);
  const refuse = (why: string, cure?: string): Outcome => ({ addition: null, problems: [notMarked(place, why, cure)] });
  if (!resolved.ok) return refuse(resolved.failure.message, resolved.failure.cure);
  const fitting = fittingMarker(resolved.value, place);
  if (!fitting.ok) return refuse(fitting.failure.message, fitting.failure.cure);
  const { setter, marker, problems } = fitting.value;
  const flaw = flawOfLine(image, marker, lines);
  if (flaw !== null) return refuse(flaw.why, flaw.cure);
  const edit = atLineEnd(yaml.text, image.end, marker);
  return { addition: { line: place.line, column: place.column, setter, marker, edit, addsLine: false }, problems };
}

/** Why nothing can be written to the end of the line, and the cure. */
function flawOfLine(
  image: FoundImage,
  marker: string,
  { yaml, comments, values }: Lines,
): { readonly why: string; readonly cure: string } | null {
  const { text } = yaml;
  const { line } = yaml.lines.at(image.start);
  if (text.slice(image.start, image.end).includes("\n")) {
    return { why: "the image goes over several lines", cure: `write it on one line and put ${marker} at its end` };
  }
  const comment = comments.get(line);
  const near = comment === undefined ? null : nearMarker(comment);
  if (near !== null) return { why: near.message, cure: near.cure };
  if (comment !== undefined) {
    return { why: "the line has a comment already", cure: `put that on a line of its own and ${marker} in its place` };
  }
  // What closes a collection may follow; anything else is another value.
  const isLast = /^[\s,}\]]*$/.test(text.slice(image.end, lineEnd(text, image.end)));
  if (isLast && (values.get(line) ?? 0) <= 1) return null;
  return {
    why: "the line holds several values",
    cure: `give the image a line of its own and put ${marker} at its end`,
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function atLineEnd(text: string, from: number, marker: string): Addition["edit"] {
  const end = lineEnd(text, from);
  const blank = /[ \t]/.test(text[end - 1] ?? "") ? "" : " ";
  return { start: end, end, text: blank + marker };
}

function linesOf(yaml: YamlFile): Lines {
  const values = new Map<number, number>();
  for (const { start, end } of scalarsOf(yaml)) {
    const { line } = yaml.lines.at(start);
    if (start < end) values.set(line, (values.get(line) ?? 0) + 1);
  }
  const comments = new Map(yaml.comments.map((it) => [yaml.lines.at(it.start).line, it.text]));
  return { yaml, comments, values };
}

/** Where name and tag stand apart, a person knows best which of them is read by what. */
function pairProblem({ name, tag }: FoundPair, place: FilePlace): Problem {
  const read = parseReference(`${name}:${tag.text}`);
  const proposal = read.ok ? proposeMarker(read.value) : read;
  if (!proposal.ok) return notMarked(place, proposal.failure.message, proposal.failure.cure);
  const { policy } = proposal.value;
  const cure = policy === "semver"
    ? `add ${formatMarker(proposal.value, name)}`
    : `write a version there and add ${formatMarker({ ...proposal.value, policy: "semver" }, name)}`;
  return notMarked(place, `the tag of ${name} stands apart from its name`, cure);
}
