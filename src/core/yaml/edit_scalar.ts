// The new source text of one scalar, in the quotes that the old one had.
import { failure, type Result, success } from "../model/problem.ts";
import { isPlainText } from "./plain_text.ts";
import { isBlock, type YamlScalar } from "./scalars.ts";

/** A replacement of some UTF-16 units of a text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edit that gives a scalar a new one-line string value and keeps its style. A plain scalar gets double quotes only
 * where it would no longer read as a string. Fails with `file.unpatchable` for a value that goes over several lines.
 */
export function editScalar(text: string, scalar: YamlScalar, value: string): Result<TextEdit> {
  const { start, end, style } = scalar;
  if (!isBlock(scalar) && text.slice(start, end).includes("\n")) return overLines();
  if (style === "double") return success({ start, end, text: JSON.stringify(value) });
  if (style === "single") return success({ start, end, text: `'${value.replaceAll("'", "''")}'` });
  if (style === "plain") {
    return success({ start, end, text: isPlainText(value, scalar.inFlow) ? value : JSON.stringify(value) });
  }
  const old = scalar.text;
  // The header (`|-`, a comment) holds no image, so the content line is the last place where the old value stands.
  const at = old === "" || old.includes("\n") ? -1 : text.slice(start, end).lastIndexOf(old);
  if (at < 0) return overLines();
  return success({ start: start + at, end: start + at + old.length, text: value });
}

/** The text with all edits made. They must not overlap; their order does not matter. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at) throw new TypeError("edits overlap");
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

function overLines(): Result<never> {
  return failure("file.unpatchable", "the value goes over several lines", { cure: "write it on one line" });
}
