// Template text -> stretches of text and actions, blanks trimmed where `{{-` and `-}}` say so (Go text/template, "Text
// and spaces").
import { lexAction } from "./lex.ts";
import { isBlank, Places } from "./places.ts";
import { type Position, type Segment, TemplateError } from "./token.ts";

/** Cuts a template into its segments; comments are gone. Throws `TemplateError` for an action without an end. */
export function splitTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  const places = new Places(text);
  let from = 0;
  let trimNext = false;
  while (true) {
    const open = text.indexOf("{{", from);
    let literal = text.slice(from, open < 0 ? text.length : open);
    if (trimNext) literal = trimStart(literal);
    if (open < 0) {
      if (literal !== "") segments.push({ kind: "text", text: literal });
      return segments;
    }
    const at = places.of(open);
    const trimsBefore = text[open + 2] === "-" && isBlank(text[open + 3]);
    if (trimsBefore) literal = trimEnd(literal);
    if (literal !== "") segments.push({ kind: "text", text: literal });
    const start = open + (trimsBefore ? 3 : 2);
    const comment = readComment(text, start, at);
    if (comment !== null) {
      from = comment.end;
      trimNext = comment.trims;
      continue;
    }
    const action = lexAction(text, start, places, at);
    segments.push({ kind: "action", tokens: action.tokens, at });
    from = action.end;
    trimNext = action.trims;
  }
}

/** A comment fills its action: it begins right after the braces and ends right before them. */
function readComment(
  text: string,
  start: number,
  at: Position,
): { readonly end: number; readonly trims: boolean } | null {
  let from = start;
  if (text[start - 1] === "-") { while (isBlank(text[from])) from++; }
  if (!text.startsWith("/*", from)) return null;
  const close = text.indexOf("*/", from + 2);
  if (close < 0) throw new TemplateError("a comment has no end", at);
  let end = close + 2;
  const trimmed = /^[ \t\r\n]+-\}\}/.exec(text.slice(end, end + 64));
  if (trimmed !== null) end += trimmed[0].length;
  else if (text.startsWith("}}", end)) end += 2;
  else throw new TemplateError("a comment must end right before }}", at);
  return { end, trims: trimmed !== null };
}

function trimStart(text: string): string {
  let start = 0;
  while (isBlank(text[start])) start++;
  return text.slice(start);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1])) end--;
  return text.slice(0, end);
}
