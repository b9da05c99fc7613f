// What functions of templates ask of their arguments.
import { FunctionError, kindOf, TemplateMap, type Value } from "./value.ts";

/** The arguments, if there are as many as a function takes. */
export function take(args: readonly Value[], least: number, most: number = least): readonly Value[] {
  if (args.length >= least && args.length <= most) return args;
  const wanted = least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw new FunctionError(`wrong number of arguments: ${args.length}, not ${wanted}`);
}

/** An argument that must be a text. */
export function textAt(args: readonly Value[], index: number): string {
  const value = args[index];
  if (typeof value === "string") return value;
  throw new FunctionError(`argument ${index + 1} must be a string, not ${kindOf(value)}`);
}

/** An argument that must be a whole number. */
export function wholeAt(args: readonly Value[], index: number): number {
  const value = args[index];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new FunctionError(`argument ${index + 1} must be a whole number, not ${kindOf(value)}`);
}

/** An argument that must be a list; nil is the empty one. */
export function listAt(args: readonly Value[], index: number): readonly Value[] {
  const value = args[index];
  if (Array.isArray(value)) return value as readonly Value[];
  if (value === null || value === undefined) return [];
  throw new FunctionError(`argument ${index + 1} must be a list, not ${kindOf(value)}`);
}

/** An argument that must be a map. */
export function mapAt(args: readonly Value[], index: number): TemplateMap {
  const value = args[index];
  if (value instanceof TemplateMap) return value;
  throw new FunctionError(`argument ${index + 1} must be a map, not ${kindOf(value)}`);
}
