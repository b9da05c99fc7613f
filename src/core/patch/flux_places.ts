// Which scalar a comment belongs to, as the YAML reader of Flux attaches comments (Flux semantics 3.2).
import type { YamlComment } from "../yaml/comments.ts";
import type { YamlFile } from "../yaml/parse_yaml.ts";
import { isBlock, type YamlScalar } from "../yaml/scalars.ts";

/** The comments of a file by the scalar they belong to. */
export interface AttachedComments {
  /** Each scalar with the one comment that decides for it: that of its line, else that above it. */
  readonly deciding: ReadonlyMap<YamlScalar, YamlComment>;
  /** The comments that decide nothing. */
  readonly loose: readonly YamlComment[];
}

/**
 * Attaches comments to scalars. A comment at the end of a line belongs to the scalar that ends right before it, not to
 * a collection that does. Comment lines belong to the scalar below only when it is an item of a sequence.
 */
export function attachComments(
  yaml: YamlFile,
  scalars: readonly YamlScalar[],
  comments: readonly YamlComment[],
): AttachedComments {
  const lineOf = (offset: number): number => yaml.lines.at(offset).line;
  const byEnd = new Map<number, YamlScalar>();
  for (const scalar of scalars) {
    byEnd.set(lineOf(isBlock(scalar) ? scalar.start : Math.max(scalar.start, scalar.end - 1)), scalar);
  }
  const byLine = new Map(comments.map((it) => [lineOf(it.start), it]));
  const deciding = new Map<YamlScalar, YamlComment>();
  for (const comment of comments) {
    const scalar = comment.alone ? undefined : byEnd.get(lineOf(comment.start));
    if (scalar !== undefined && endsRightBefore(yaml.text, scalar, comment)) deciding.set(scalar, comment);
  }
  const lines = yaml.text.split("\n");
  let lastLine = 0;
  for (const scalar of scalars) {
    const line = lineOf(scalar.start);
    const isFirst = line !== lastLine;
    lastLine = line;
    if (!isFirst || deciding.has(scalar) || !beginsItsLine(yaml.text, scalar)) continue;
    const above = headComment(lines, line, byLine);
    if (above !== null) deciding.set(scalar, above);
  }
  const used = new Set(deciding.values());
  return { deciding, loose: comments.filter((it) => !used.has(it)) };
}

function endsRightBefore(text: string, scalar: YamlScalar, comment: YamlComment): boolean {
  // The comment of a block scalar stands in its header.
  if (isBlock(scalar)) return scalar.start < comment.start && comment.start < scalar.end;
  return scalar.end <= comment.start && /^\s*,?\s*$/.test(text.slice(scalar.end, comment.start));
}

/** Whether a scalar is an item of a sequence with nothing but its dash, anchor and tag before it on its line. */
function beginsItsLine(text: string, scalar: YamlScalar): boolean {
  if (!scalar.isItem) return false;
  const before = text.slice(text.lastIndexOf("\n", scalar.start - 1) + 1, scalar.start);
  return scalar.inFlow ? /^\s*(?:[&!]\S*\s+)*$/.test(before) : /^\ufeff?\s*(?:-\s+)?(?:[&!]\S*\s+)*$/.test(before);
}

/**
 * The comment above a line, when it is the only one: two lines make one text, which is no JSON any more. Comments that
 * follow a value at once and end with a blank line belong to that value; at the beginning of a document, to the document.
 */
function headComment(
  lines: readonly string[],
  line: number,
  comments: ReadonlyMap<number, YamlComment>,
): YamlComment | null {
  const groups: { readonly comment: YamlComment; readonly line: number }[][] = [];
  let at = line - 1;
  let isBelowBlank = true;
  for (; at > 0; at--) {
    const comment = comments.get(at);
    if (comment?.alone === true) {
      if (isBelowBlank) groups.unshift([]);
      groups[0]?.unshift({ comment, line: at });
      isBelowBlank = false;
    } else if (isBlank(lines, at)) isBelowBlank = true;
    else break;
  }
  const endsWithBlank = isBlank(lines, line - 1);
  const before = contentOf(lines, at, comments.get(at));
  if (/^(?:---|%|$)/.test(before)) groups.splice(0, endsWithBlank ? groups.length : groups.length - 1);
  else if (!/[:?[{,-]$/.test(before) && at + 1 < line && !isBlank(lines, at + 1)) {
    if (groups.length > 1 || endsWithBlank) groups.shift();
  }
  const [first, ...more] = groups.flat();
  if (first === undefined || more.length > 0) return null;
  // Behind a nested collection a comment that is not aligned belongs to what is nested.
  const isAligned = indentOf(lines, first.line) === indentOf(lines, line);
  return isAligned || isClosed(before) ? first.comment : null;
}

function isBlank(lines: readonly string[], line: number): boolean {
  return (lines[line - 1] ?? "").replace("\ufeff", "").trim() === "";
}

/** A line without the comment at its end. */
function contentOf(lines: readonly string[], line: number, comment: YamlComment | undefined): string {
  const text = lines[line - 1] ?? "";
  const end = comment === undefined ? text.length : text.lastIndexOf(comment.text);
  return text.slice(0, end < 0 ? text.length : end).trim();
}

function indentOf(lines: readonly string[], line: number): number {
  return (lines[line - 1] ?? "").replace("\ufeff", "").search(/\S/);
}

/** Whether a line opens a sequence, or holds an item that ends on it. */
function isClosed(content: string): boolean {
  return /(?:^-\s+(?:[^-\s[{][^:]*|\[.*\])|:)$/.test(content);
}
