// What a stack is made of to one short text that changes with it.
import { sha256Of } from "../model/digest.ts";
import type { StackHash } from "../model/stack.ts";
import { isFields } from "./fields.ts";

/** Grows when the same content would give another hash; hashes of different schemes never compare (rulings 20). */
const scheme = "v1";

/** The hash of a plain value; the order of its keys makes no difference. */
export function hashOf(value: unknown): StackHash {
  const sorted = JSON.stringify(value, (_key, item) => isFields(item) ? sortedFields(item) : item);
  return `${scheme}:${sha256Of(sorted).slice("sha256:".length)}`;
}

/** Whether two hashes were made by the same scheme, so that their difference means something. */
export function sameScheme(a: StackHash, b: StackHash): boolean {
  return a.split(":", 1)[0] === b.split(":", 1)[0];
}

function sortedFields(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => a < b ? -1 : 1));
}
