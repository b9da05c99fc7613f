// The functions that every template of Go has (text/template, "Functions").
import { listAt, take, textAt, wholeAt } from "./arguments.ts";
import {
  compareBytes,
  formatValue,
  FunctionError,
  type FunctionTable,
  isTrue,
  kindOf,
  TemplateMap,
  type Value,
} from "./value.ts";
import { formatGo } from "./printf.ts";

/** `and` and `or` stand here by name only: they are carried out where arguments may be left alone. */
export const builtins: FunctionTable = {
  and: (args) => args.at(-1),
  or: (args) => args.at(-1),
  not: (args) => !isTrue(take(args, 1)[0]),
  eq: (args) => {
    const [first, ...others] = take(args, 2, Infinity);
    return others.some((other) => isEqual(first, other));
  },
  ne: (args) => !isEqual(take(args, 2)[0], args[1]),
  lt: (args) => order(take(args, 2)) < 0,
  le: (args) => order(take(args, 2)) <= 0,
  gt: (args) => order(take(args, 2)) > 0,
  ge: (args) => order(take(args, 2)) >= 0,
  len: (args) => lengthOf(take(args, 1)[0]),
  index: (args) => take(args, 1, Infinity).slice(1).reduce<Value>(itemOf, args[0]),
  slice: (args) => sliceOf(take(args, 1, 3)),
  print: (args) => print(args),
  println: (args) => `${args.map((value) => formatValue(value, true)).join(" ")}\n`,
  printf: (args) => formatGo(textAt(take(args, 1, Infinity), 0), args.slice(1)),
  html: (args) => escapeHtml(print(args)),
  js: (args) => escapeScript(print(args)),
  urlquery: (args) => escapeQuery(print(args)),
  call: () => {
    throw new FunctionError("there is no value that can be called");
  },
};

/** Blanks stand only between operands that are both no strings (fmt.Sprint). */
function print(args: readonly Value[]): string {
  return args.reduce<string>((text, value, index) => {
    const blank = index > 0 && typeof value !== "string" && typeof args[index - 1] !== "string";
    return `${text}${blank ? " " : ""}${formatValue(value, true)}`;
  }, "");
}

function isEqual(one: Value, other: Value): boolean {
  if (isNil(one) || isNil(other)) return isNil(one) && isNil(other);
  requireBasic(one);
  requireBasic(other);
  if (typeof one !== typeof other) throw new FunctionError("incompatible types for comparison");
  return one === other;
}

function isNil(value: Value): boolean {
  return value === null || value === undefined;
}

function requireBasic(value: Value): void {
  if (!["string", "number", "boolean"].includes(typeof value)) {
    throw new FunctionError(`a ${kindOf(value)} cannot be compared`);
  }
}

function order([one, other]: readonly Value[]): number {
  if (typeof one === "string" && typeof other === "string") return compareBytes(one, other);
  if (typeof one === "number" && typeof other === "number") return one - other;
  throw new FunctionError("incompatible types for comparison");
}

function lengthOf(value: Value): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  if (value instanceof TemplateMap) return value.entries.size;
  if (Array.isArray(value)) return value.length;
  throw new FunctionError(`a ${kindOf(value)} has no length`);
}

function itemOf(of: Value, key: Value): Value {
  if (of instanceof TemplateMap) {
    if (typeof key !== "string") throw new FunctionError(`a map has no key of the kind ${kindOf(key)}`);
    return of.entries.has(key) ? of.entries.get(key) : of.zero;
  }
  if (!Array.isArray(of) && typeof of !== "string") throw new FunctionError(`a ${kindOf(of)} has no items`);
  const list: readonly Value[] = typeof of === "string" ? [...new TextEncoder().encode(of)] : of as readonly Value[];
  const index = wholeAt([key], 0);
  if (index < 0 || index >= list.length) throw new FunctionError(`index out of range: ${index}`);
  return list[index];
}

// As sprig has it, which stands before Go's own in Flux: lists alone.
function sliceOf(args: readonly Value[]): Value {
  const whole = listAt(args, 0);
  const from = args.length > 1 ? wholeAt(args, 1) : 0;
  const to = args.length > 2 ? wholeAt(args, 2) : whole.length;
  if (from < 0 || to > whole.length || from > to) throw new FunctionError(`index out of range: ${from}:${to}`);
  return whole.slice(from, to);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "\0": "\uFFFD",
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character] ?? character);
}

const scriptEscapes: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", '"': '\\"' };

function escapeScript(text: string): string {
  const code = (character: string): string =>
    (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return text.replace(
    /[\\'"<>&=\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => scriptEscapes[character] ?? `\\u${code(character)}`,
  );
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("%20", "+").replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
