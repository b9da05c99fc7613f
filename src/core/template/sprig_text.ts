// Functions of sprig for texts, those without clock, chance or network (sprig, "String Functions").
import { listAt, take, textAt, wholeAt } from "./arguments.ts";
import { quote } from "./printf.ts";
import { sha256Of } from "../model/digest.ts";
import { formatValue, FunctionError, type FunctionTable, TemplateMap, type Value } from "./value.ts";

const longest = 64 * 1024;
const white = /^[\t\n\v\f\r \u0085\p{Z}]+|[\t\n\v\f\r \u0085\p{Z}]+$/gu;

/** Functions from texts to texts, lists and truths. The text is the last argument, so that it can be piped. */
export const textFunctions: FunctionTable = {
  lower: (args) => textAt(take(args, 1), 0).toLowerCase(),
  upper: (args) => textAt(take(args, 1), 0).toUpperCase(),
  title: (args) =>
    textAt(take(args, 1), 0).replace(
      /(^|[^\p{L}\p{N}_])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  trim: (args) => textAt(take(args, 1), 0).replace(white, ""),
  trimAll: (args) => trimSet(textAt(take(args, 2), 1), textAt(args, 0)),
  trimPrefix: (args) => withoutPrefix(textAt(take(args, 2), 1), textAt(args, 0)),
  trimSuffix: (args) => withoutSuffix(textAt(take(args, 2), 1), textAt(args, 0)),
  nospace: (args) => textAt(take(args, 1), 0).replace(/[\s\u0085]/gu, ""),
  trunc: (args) => truncate(textAt(take(args, 2), 1), wholeAt(args, 0)),
  abbrev: (args) => abbreviate(textAt(take(args, 2), 1), wholeAt(args, 0)),
  substr: (args) => substring(textAt(take(args, 3), 2), wholeAt(args, 0), wholeAt(args, 1)),
  repeat: (args) => repeat(textAt(take(args, 2), 1), wholeAt(args, 0)),
  contains: (args) => textAt(take(args, 2), 1).includes(textAt(args, 0)),
  hasPrefix: (args) => textAt(take(args, 2), 1).startsWith(textAt(args, 0)),
  hasSuffix: (args) => textAt(take(args, 2), 1).endsWith(textAt(args, 0)),
  replace: (args) => replaceAll(textAt(take(args, 3), 2), textAt(args, 0), textAt(args, 1)),
  quote: (args) => present(args).map((value) => quote(formatValue(value, true))).join(" "),
  squote: (args) => present(args).map((value) => `'${formatValue(value, true)}'`).join(" "),
  cat: (args) => present(args).map((value) => formatValue(value, true)).join(" "),
  indent: (args) => indent(textAt(take(args, 2), 1), wholeAt(args, 0)),
  nindent: (args) => `\n${indent(textAt(take(args, 2), 1), wholeAt(args, 0))}`,
  plural: (args) => wholeAt(take(args, 3), 2) === 1 ? textAt(args, 0) : textAt(args, 1),
  splitList: (args) => textAt(take(args, 2), 1).split(textAt(args, 0)),
  split: (args) =>
    new TemplateMap(textAt(take(args, 2), 1).split(textAt(args, 0)).map((part, index) => [`_${index}`, part]), ""),
  join: (args) => joinList(args),
  toString: (args: readonly Value[]) => formatValue(take(args, 1)[0], true),
  sha256sum: (args) => sha256Of(textAt(take(args, 1), 0)).slice("sha256:".length),
};

function joinList(args: readonly Value[]): string {
  const separator = textAt(take(args, 2), 0);
  const [, value] = args;
  if (!Array.isArray(value) && value !== null && value !== undefined) return formatValue(value, true);
  return present(listAt(args, 1)).map((item) => formatValue(item, true)).join(separator);
}

function present(values: readonly Value[]): readonly Value[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function trimSet(text: string, set: string): string {
  const characters = new Set(set);
  const all = [...text];
  let start = 0;
  let end = all.length;
  while (start < end && characters.has(all[start] ?? "")) start++;
  while (end > start && characters.has(all[end - 1] ?? "")) end--;
  return all.slice(start, end).join("");
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function withoutSuffix(text: string, suffix: string): string {
  return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

// By bytes, as sprig does; a character that is cut through becomes U+FFFD rather than broken bytes.
function truncate(text: string, count: number): string {
  const bytes = new TextEncoder().encode(text);
  if (Math.abs(count) >= bytes.length) return text;
  return new TextDecoder().decode(count < 0 ? bytes.subarray(bytes.length + count) : bytes.subarray(0, count));
}

function abbreviate(text: string, width: number): string {
  if (width < 4 || text.length <= width) return text;
  return `${text.slice(0, width - 3)}...`;
}

function substring(text: string, start: number, end: number): string {
  const bytes = new TextEncoder().encode(text);
  const from = Math.max(0, start);
  const to = end < 0 || end > bytes.length ? bytes.length : end;
  return from > to ? "" : new TextDecoder().decode(bytes.subarray(from, to));
}

function repeat(text: string, count: number): string {
  if (count < 0) throw new FunctionError("a text cannot be repeated less than never");
  if (text.length * count > longest) throw new FunctionError(`the text grows longer than ${longest} characters`);
  return text.repeat(count);
}

function replaceAll(text: string, old: string, next: string): string {
  const count = old === "" ? text.length + 1 : text.split(old).length - 1;
  if (text.length + count * next.length > longest * 4) throw new FunctionError("the text grows too long");
  if (old !== "") return text.replaceAll(old, () => next);
  return [...text].reduce((all, character) => all + character + next, next);
}

function indent(text: string, columns: number): string {
  const lines = text.split("\n");
  const pad = repeat(" ", columns);
  if (pad.length * lines.length > longest) throw new FunctionError(`the text grows longer than ${longest} characters`);
  return lines.map((line) => pad + line).join("\n");
}
