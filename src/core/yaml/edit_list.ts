// Items added to and taken out of a block list as whole lines: everything else in the file stays byte for byte.
import { isCollection, isMap, isNode, isPair, isScalar, isSeq, type YAMLSeq } from "yaml";
import { failure, type Result, success } from "../model/problem.ts";
import type { YamlDocument } from "./numbers_as_text.ts";
import type { YamlFile } from "./parse_yaml.ts";

/**
 * The text with one more item behind those of the list at a key of the root. `item` holds its lines, not indented. A
 * document without contents (null) gets the key too. Fails with `file.unpatchable` for a list in brackets.
 */
export function appendItem(
  yaml: YamlFile,
  document: YamlDocument | null,
  key: string,
  item: readonly string[],
): Result<string> {
  const { text } = yaml;
  if (document === null) return success(insertLines(text, text.length, [`${key}:`, ...itemLines(item, "  ")]));
  const list = listAt(document, key);
  if (list === null) return unpatchable(yaml, `there is no block of its own for "${key}"`);
  if (list.seq !== null) {
    const end = contentEnd(list.seq);
    if (end === null) return unpatchable(yaml, "its last entry cannot be found");
    const indent = " ".repeat(columnOf(text, list.seq.range?.[0] ?? 0));
    return success(insertLines(text, lineAfter(text, end), itemLines(item, indent)));
  }
  // Nothing, `null` or `[]` stands behind the key.
  const { start, end } = list;
  const cleared = text.slice(0, start) + text.slice(end);
  return success(insertLines(cleared, lineAfter(cleared, start), itemLines(item, "  ")));
}

/** The text without the lines of some items. Comments between items stay. Fails as `appendItem` does. */
export function removeItems(
  yaml: YamlFile,
  document: YamlDocument,
  key: string,
  indexes: readonly number[],
): Result<string> {
  const { text } = yaml;
  const seq = listAt(document, key)?.seq ?? null;
  if (seq === null) return unpatchable(yaml, `there is no block of its own for "${key}"`);
  const column = columnOf(text, seq.range?.[0] ?? 0);
  let result = text;
  for (const index of [...indexes].sort((a, b) => b - a)) {
    const item = seq.items[index];
    const end = contentEnd(item);
    if (!isNode(item) || !item.range || end === null) return unpatchable(yaml, "an entry cannot be found");
    const from = dashLine(text, item.range[0], column);
    if (from === null) return unpatchable(yaml, "an entry does not begin with a dash of its own");
    result = result.slice(0, from) + result.slice(lineAfter(text, end));
  }
  return success(result);
}

/** A block list with items, or the place where one may begin. */
interface ListPlace {
  readonly seq: YAMLSeq | null;
  readonly start: number;
  readonly end: number;
}

function listAt({ contents }: YamlDocument, key: string): ListPlace | null {
  if (!isMap(contents) || contents.flow) return null;
  const pair = contents.items.find((it) => isScalar(it.key) && it.key.value === key);
  const value = pair?.value;
  const range = isNode(value) ? value.range : null;
  if (!range) return null;
  const [start, end] = range;
  if (isSeq(value) && value.items.length > 0) return value.flow ? null : { seq: value as YAMLSeq, start, end };
  const isEmpty = isSeq(value) || (isScalar(value) && value.value === null);
  return isEmpty && !isCollection(pair?.key) ? { seq: null, start, end } : null;
}

/** Where the last value ends: the range of a block goes on over comments that are indented as it is. */
function contentEnd(node: unknown): number | null {
  if (isPair(node)) return contentEnd(node.value) ?? contentEnd(node.key);
  if (isCollection(node) && !node.flow && node.items.length > 0) return contentEnd(node.items.at(-1));
  return isNode(node) ? node.range?.[1] ?? null : null;
}

function itemLines(item: readonly string[], indent: string): readonly string[] {
  return item.map((line, at) => `${indent}${at === 0 ? "- " : "  "}${line}`);
}

/** Puts lines where a line begins, or at the end of the text, in the way that the file ends its lines. */
function insertLines(text: string, at: number, lines: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, at);
  const gap = before === "" || before.endsWith("\n") || before === "\ufeff" ? "" : end;
  return before + gap + lines.map((line) => line + end).join("") + text.slice(at);
}

/** Where the next line begins; a value that ends with its line break ends there. */
function lineAfter(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const next = text.indexOf("\n", offset);
  return next < 0 ? text.length : next + 1;
}

function dashLine(text: string, offset: number, column: number): number | null {
  for (let start = lineStart(text, offset);; start = lineStart(text, start - 1)) {
    const from = text[start] === "\ufeff" ? start + 1 : start;
    if (text[from + column] === "-" && text.slice(from, from + column).trim() === "") return start;
    if (start === 0) return null;
  }
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function unpatchable(yaml: YamlFile, why: string): Result<never> {
  return failure("file.unpatchable", `${yaml.file} cannot be edited line by line: ${why}`, {
    file: yaml.file,
    cure: "write the list with one dash for each entry, or edit it by hand",
  });
}
