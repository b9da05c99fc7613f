// The values that templates work with, and how Go prints them (fmt, "Printing").

/** Values of a template. `undefined` is a map's missing entry; like nil it prints as `<no value>`. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | TemplateMap | TemplateObject;

/** A map of Go: any key may be asked for, and walks go in order of keys. */
export class TemplateMap {
  readonly entries: ReadonlyMap<string, Value>;
  /** What `index` gives for a key that is not there: the zero value of the map's type. */
  readonly zero: Value;
  /** What a walk gives for a key, where that is no text. */
  readonly keyValues: ReadonlyMap<string, Value>;

  constructor(
    entries: Iterable<readonly [string, Value]>,
    zero: Value = undefined,
    keyValues: ReadonlyMap<string, Value> = new Map(),
  ) {
    this.entries = new Map(entries);
    this.zero = zero;
    this.keyValues = keyValues;
  }

  /** Keys in the order of their bytes, as Go walks them. */
  keys(): readonly string[] {
    return [...this.entries.keys()].sort(compareBytes);
  }
}

/** A struct of Go: it has these fields and no other, and may know how to print itself. */
export class TemplateObject {
  readonly fields: ReadonlyMap<string, Value>;
  readonly text: string | null;

  constructor(fields: Readonly<Record<string, Value>>, text: string | null = null) {
    this.fields = new Map(Object.entries(fields));
    this.text = text;
  }
}

/** A function by its name in templates: `and` and `or` are written into the executor, since they may not look at all. */
export type TemplateFunction = (args: readonly Value[]) => Value;

/** Functions that a template may call. */
export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

/** Why a function cannot go on; becomes a failure with the place of the call. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
}

/** Go's order of strings. */
export function compareBytes(one: string, other: string): number {
  const points = other[Symbol.iterator]();
  for (const point of one) {
    const next = points.next();
    if (next.done) return 1;
    const difference = (point.codePointAt(0) ?? 0) - (next.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return points.next().done ? 0 : -1;
}

/** Go's truth of a value: not empty, not zero, not nil (text/template, "if"). */
export function isTrue(value: Value): boolean {
  if (value instanceof TemplateMap) return value.entries.size > 0;
  if (value instanceof TemplateObject) return true;
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** A value as `%v` prints it. */
export function formatValue(value: Value, nested = false): string {
  if (value === undefined || value === null) return nested ? "<nil>" : "<no value>";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (value instanceof TemplateMap) {
    return `map[${
      value.keys().map((key) => `${keyText(value, key)}:${formatValue(value.entries.get(key), true)}`).join(" ")
    }]`;
  }
  if (value instanceof TemplateObject) {
    return value.text ?? `{${[...value.fields.values()].map((field) => formatValue(field, true)).join(" ")}}`;
  }
  return `[${(value as readonly Value[]).map((item) => formatValue(item, true)).join(" ")}]`;
}

function keyText({ keyValues }: TemplateMap, key: string): string {
  return keyValues.has(key) ? formatValue(keyValues.get(key), true) : key;
}

/**
 * A number as Go's `%v` prints it. Whole numbers count as integers, since constants are all that could make them floats;
 * others get an exponent below 1e-4 and from 1e+6 on (strconv, 'g' with the shortest precision).
 */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Number.isSafeInteger(value)) return String(value);
  const short = value.toExponential();
  const exponent = Number(short.slice(short.indexOf("e") + 1));
  return exponent < -4 || exponent >= 6 ? short.replace(/e([+-])(\d)$/, "e$10$2") : String(value);
}

/** The kind of a value in words for messages. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return "nil";
  if (value instanceof TemplateMap) return "map";
  if (value instanceof TemplateObject) return "struct";
  return Array.isArray(value) ? "list" : typeof value;
}
