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
  const alone = new Map(comments.filter((it) => it.alone).map((it) => [lineOf(it.start), it]));
  const lineComments = new Map<YamlScalar, YamlComment>();
  for (const comment of comments) {
    const scalar = comment.alone ? undefined : byEnd.get(lineOf(comment.start));
    if (scalar !== undefined && endsRightBefore(yaml.text, scalar, comment)) lineComments.set(scalar, comment);
  }
  const deciding = new Map(lineComments);
  for (const scalar of scalars) {
    if (deciding.has(scalar) || !beginsItsLine(yaml.text, scalar)) continue;
    const line = lineOf(scalar.start);
    const above = alone.get(line - 1);
    // Two lines of comment make one text, which is no JSON any more.
    if (above !== undefined && !alone.has(line - 2)) deciding.set(scalar, above);
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
  return scalar.inFlow ? /^\s*(?:[&!]\S*\s+)*$/.test(before) : /^\ufeff?\s*-\s+(?:[&!]\S*\s+)*$/.test(before);
}
