// Finding, replacing and splitting by patterns, as Go's regexp does it.
import { compileTemplate, type Pattern } from "./pattern.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The matches from left to right, at most `limit`; a negative limit means all. */
export function findAll(pattern: Pattern, text: string, limit: number): readonly string[] {
  return spans(pattern, text, limit).map(({ start, end }) => text.slice(start, end));
}

/** The text with each match replaced; `expands` writes groups for `$1` and `${name}` (Regexp.Expand). */
export function replacePattern(pattern: Pattern, text: string, replacement: string, expands: boolean): string {
  const expand = expands ? compileTemplate(pattern, replacement) : null;
  let result = "";
  let end = 0;
  for (const span of spans(pattern, text, -1)) {
    // Groups are read from the match alone: assertions at its edges have held already.
    const matched = text.slice(span.start, span.end);
    result += text.slice(end, span.start) + (expand === null ? replacement : expand(matched) ?? replacement);
    end = span.end;
  }
  return result + text.slice(end);
}

/** The pieces between matches, at most `limit`; a negative limit means all, 0 none (Regexp.Split). */
export function splitPattern(pattern: Pattern, text: string, limit: number): readonly string[] {
  if (limit === 0) return [];
  if (pattern.source !== "" && text === "") return [""];
  const pieces: string[] = [];
  let start = 0;
  let last = 0;
  for (const span of spans(pattern, text, limit)) {
    if (limit > 0 && pieces.length === limit - 1) break;
    last = span.start;
    if (span.end !== 0) pieces.push(text.slice(start, last));
    start = span.end;
  }
  if (last !== text.length || start !== text.length || pieces.length === 0) pieces.push(text.slice(start));
  return pieces;
}

// An empty match right behind another match does not count (Regexp.FindAll).
function spans(pattern: Pattern, text: string, limit: number): readonly Span[] {
  const matcher = pattern.compiled.matcher(text);
  const found: Span[] = [];
  let previous = -1;
  while ((limit < 0 || found.length < limit) && matcher.find()) {
    const span = { start: matcher.start(), end: matcher.end() };
    if (span.start === span.end && span.start === previous) continue;
    found.push(span);
    previous = span.end;
  }
  return found;
}
