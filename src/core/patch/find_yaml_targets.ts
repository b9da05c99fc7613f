// A YAML text to its marked values: magos's markers and Flux's, each by its own rules of place.
import { failure, type Problem, problemOf, type Result, success } from "../model/problem.ts";
import { isMagosMarker, parseMagosMarker } from "../documents/magos_marker.ts";
import type { YamlComment } from "../yaml/comments.ts";
import { parseYaml, type YamlFile } from "../yaml/parse_yaml.ts";
import { aliasesOf, isBlock, scalarsOf, type YamlScalar } from "../yaml/scalars.ts";
import { holdsTemplate, looksTemplated } from "../yaml/templates.ts";
import { type ReadValue, valueReader } from "./compose_values.ts";
import type { FileKind } from "./file_kind.ts";
import type { FindContext, Findings, FoundTarget, MarkedFile } from "./find_context.ts";
import { findFluxTargets } from "./find_flux_targets.ts";
import { fluxToken } from "./flux_marker.ts";
import { markerTarget, ofPolicy } from "./magos_target.ts";
import { misplaced } from "./misplaced.ts";
import { placeAt } from "./place.ts";
import type { SourceText } from "./slot.ts";

/** Finds the marked values of a YAML file. One that does not parse has none, and a problem if it holds a marker. */
export function findYamlTargets(source: SourceText, kind: FileKind, context: FindContext): MarkedFile {
  const { file, text } = source;
  const yaml = parseYaml(text, file);
  if (!yaml.ok) {
    const isMarked = text.includes('# {"magos"') || text.includes(fluxToken);
    const why = looksTemplated(text) ? templateProblem(file) : problemOf(yaml.failure);
    return { file, text, found: [], problems: isMarked ? [why] : [] };
  }
  const { comments } = yaml.value;
  // A key with nothing behind it has no value that could be replaced.
  const scalars = scalarsOf(yaml.value).filter((scalar) => scalar.start < scalar.end);
  const findings: Findings = { found: [], problems: [] };
  findMagosTargets(yaml.value, scalars, comments, context, findings);
  findFluxTargets(yaml.value, scalars, comments.filter((it) => !isMagosMarker(it.text)), kind, context, findings);
  if (findings.found.length + findings.problems.length > 0 && holdsTemplate(yaml.value)) {
    return { file, text, found: [], problems: [templateProblem(file)] };
  }
  const aliases = aliasesOf(yaml.value);
  return {
    file,
    text,
    found: findings.found.map((found) => withAliasNote(found, aliases)).sort(byPlace((it) => it.target)),
    problems: findings.problems.sort(byPlace((it) => it)),
  };
}

function findMagosTargets(
  yaml: YamlFile,
  scalars: readonly YamlScalar[],
  comments: readonly YamlComment[],
  context: FindContext,
  { found, problems }: Findings,
): void {
  // A search among all scalars for each marker would take seconds in a large file.
  const byLine = Map.groupBy(scalars, (it) => yaml.lines.at(it.start).line);
  const readValue = valueReader(yaml, scalars, context.readSibling);
  for (const comment of comments.filter((it) => isMagosMarker(it.text))) {
    const onLine = byLine.get(yaml.lines.at(comment.start).line) ?? [];
    const target = magosTargetOf(yaml, comment, onLine, readValue, context);
    if (target.ok) found.push(target.value);
    else problems.push(problemOf(target.failure, placeAt(yaml.file, yaml.lines, comment.start)));
  }
}

function magosTargetOf(
  yaml: YamlFile,
  comment: YamlComment,
  onLine: readonly YamlScalar[],
  readValue: ReadValue,
  context: FindContext,
): Result<FoundTarget> {
  const marker = parseMagosMarker(comment.text);
  if (!marker.ok) return marker;
  const scalar = valueBefore(yaml, comment, onLine);
  const value = scalar.ok ? readValue(scalar.value) : scalar;
  return value.ok ? markerTarget(marker.value, value.value, context) : ofPolicy(value, marker.value);
}

/** The value that a comment at the end of its line rules. */
function valueBefore(yaml: YamlFile, comment: YamlComment, onLine: readonly YamlScalar[]): Result<YamlScalar> {
  const before = onLine.filter((it) => isBefore(it, comment.start));
  if (before.length === 1 && before[0]) return success(before[0]);
  const images = before.filter((it) => it.key === "image");
  if (images.length === 1 && images[0]) return success(images[0]);
  return before.length > 1
    ? failure("marker.misplaced", "the line holds several values", {
      cure: "put the marker at the end of the line that holds the image",
    })
    : misplaced(yaml, comment);
}

function isBefore(scalar: YamlScalar, commentStart: number): boolean {
  if (scalar.start >= commentStart) return false;
  // The comment of a block scalar stands in its header, inside the scalar's own range.
  return scalar.end <= commentStart || isBlock(scalar);
}

/** People who mark an anchor should know that they move its aliases too. */
function withAliasNote(found: FoundTarget, aliases: ReadonlySet<string>): FoundTarget {
  const { target, slot } = found;
  const anchor = slot.form === "scalar" ? slot.scalar.anchor : null;
  if (anchor === null || !aliases.has(anchor)) return found;
  const note: Problem = {
    code: "marker.shared_value",
    severity: "warning",
    file: target.file,
    line: target.line,
    column: target.column,
    message: `the value has the anchor &${anchor}: whatever says *${anchor} changes with it`,
  };
  return { ...found, target: { ...target, notes: [...target.notes, note] } };
}

function templateProblem(file: string): Problem {
  return {
    code: "file.template",
    severity: "error",
    file,
    message: `${file} is a template and no YAML; its markers are not followed and it stays as it is`,
    cure: "mark the value in the values file that the template reads",
  };
}

function byPlace<T>(
  placeOf: (it: T) => { readonly line?: number; readonly column?: number },
): (a: T, b: T) => number {
  return (a, b) => {
    const [one, other] = [placeOf(a), placeOf(b)];
    return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
  };
}
