// Functions of sprig for lists, maps, numbers and defaults, those without clock, chance or network.
import { listAt, mapAt, take, textAt, wholeAt } from "./arguments.ts";
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

/** Functions for values of all kinds. */
export const valueFunctions: FunctionTable = {
  default: (args) => isTrue(take(args, 1, 2)[1]) ? args[1] : args[0],
  empty: (args) => !isTrue(take(args, 1)[0]),
  coalesce: (args) => args.find(isTrue) ?? null,
  ternary: (args) => take(args, 3)[2] === true ? args[0] : args[1],
  fail: (args) => {
    throw new FunctionError(textAt(take(args, 1), 0));
  },
  kindOf: (args) => goKind(take(args, 1)[0]),
  list: (args) => [...args],
  first: (args) => listAt(take(args, 1), 0)[0] ?? null,
  last: (args) => listAt(take(args, 1), 0).at(-1) ?? null,
  rest: (args) => listAt(take(args, 1), 0).slice(1),
  initial: (args) => listAt(take(args, 1), 0).slice(0, -1),
  reverse: (args) => listAt(take(args, 1), 0).toReversed(),
  uniq: (args) => [...new Map(listAt(take(args, 1), 0).map((item) => [formatValue(item, true), item])).values()],
  sortAlpha: (args) => listAt(take(args, 1), 0).map((item) => formatValue(item, true)).sort(compareBytes),
  has: (args) => listAt(take(args, 2), 1).includes(args[0]),
  append: (args) => [...listAt(take(args, 2), 0), args[1]],
  prepend: (args) => [args[1], ...listAt(take(args, 2), 0)],
  without: (args) => listAt(take(args, 1, Infinity), 0).filter((item) => !args.slice(1).includes(item)),
  dict: (args) => dict(args),
  get: (args) => mapAt(take(args, 2), 0).entries.get(textAt(args, 1)) ?? "",
  hasKey: (args) => mapAt(take(args, 2), 0).entries.has(textAt(args, 1)),
  keys: (args) => args.flatMap((_, index) => mapAt(args, index).keys()),
  values: (args) => mapAt(take(args, 1), 0).keys().map((key) => mapAt(args, 0).entries.get(key)),
  add: (args) => args.reduce<number>((sum, _, index) => sum + wholeAt(args, index), 0),
  add1: (args) => wholeAt(take(args, 1), 0) + 1,
  sub: (args) => wholeAt(take(args, 2), 0) - wholeAt(args, 1),
  mul: (args) => args.reduce<number>((product, _, index) => product * wholeAt(args, index), 1),
  div: (args) => Math.trunc(wholeAt(take(args, 2), 0) / divisor(args)),
  mod: (args) => wholeAt(take(args, 2), 0) % divisor(args),
  max: (args) => Math.max(...args.map((_, index) => wholeAt(args, index))),
  min: (args) => Math.min(...args.map((_, index) => wholeAt(args, index))),
  int: (args) => toWhole(take(args, 1)[0]),
  atoi: (args) => toWhole(textAt(take(args, 1), 0)),
};

function dict(args: readonly Value[]): TemplateMap {
  const pairs: [string, Value][] = [];
  for (let index = 0; index < args.length; index += 2) {
    pairs.push([formatValue(args[index], true), args[index + 1] ?? ""]);
  }
  return new TemplateMap(pairs);
}

function divisor(args: readonly Value[]): number {
  const value = wholeAt(args, 1);
  if (value === 0) throw new FunctionError("division by zero");
  return value;
}

function toWhole(value: Value): number {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : 0;
}

function goKind(value: Value): string {
  if (value === null || value === undefined) return "invalid";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "boolean") return "bool";
  const kind = kindOf(value);
  return kind === "list" ? "slice" : kind;
}
