// Two texts side by side: what the second holds where values of the first stand, if all else is the same.
import { isBlock, type YamlScalar } from "../yaml/scalars.ts";
import type { Slot } from "./slot.ts";

/** A value's slot, and the source text that writing it replaces. */
export interface ValueRange {
  readonly slot: Slot;
  readonly range: { readonly start: number; readonly end: number };
}

/**
 * The new text of each slot, or null where the texts differ in anything else. Ranges stand in order and each on one
 * line. The answer is a reading, no proof: the caller writes the values and compares.
 */
export function readNewValues(before: string, after: string, ranges: readonly ValueRange[]): readonly string[] | null {
  const values: string[] = [];
  let [old, now] = [0, 0];
  for (const [index, { slot, range }] of ranges.entries()) {
    const piece = before.slice(old, range.start);
    if (!after.startsWith(piece, now)) return null;
    now += piece.length;
    const end = endOfValue(before.slice(range.end, ranges[index + 1]?.range.start), after, now);
    if (end === null) return null;
    const value = slotValue(slot, after.slice(now, end));
    if (value === null) return null;
    values.push(value);
    [old, now] = [range.end, end];
  }
  return before.slice(old) === after.slice(now) ? values : null;
}

/** Where the value that begins at `from` ends, given the text that follows it up to the next value. */
function endOfValue(following: string, after: string, from: number): number | null {
  const lineBreak = following.indexOf("\n");
  const rest = lineBreak < 0 ? following : following.slice(0, lineBreak);
  const nextBreak = after.indexOf("\n", from);
  const line = after.slice(from, nextBreak < 0 ? after.length : nextBreak);
  if (rest === "") return from + line.length;
  const isLast = lineBreak >= 0 || after.endsWith(following);
  const at = isLast && line.endsWith(rest) ? line.length - rest.length : line.indexOf(rest);
  return at < 0 ? null : from + at;
}

/** The slot's own part of a value's source text. */
function slotValue(slot: Slot, source: string): string | null {
  if (slot.form === "line") return source;
  const { scalar, from, to } = slot;
  const text = unquoted(scalar, source);
  if (text === null) return null;
  const [head, tail] = [scalar.text.slice(0, from), scalar.text.slice(to)];
  const fits = text.startsWith(head) && text.endsWith(tail) && text.length >= head.length + tail.length;
  return fits ? text.slice(head.length, text.length - tail.length) : null;
}

function unquoted(scalar: YamlScalar, source: string): string | null {
  if (isBlock(scalar)) return source;
  if (source.startsWith("'")) return source.slice(1, -1).replaceAll("''", "'");
  if (!source.startsWith('"')) return source;
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
