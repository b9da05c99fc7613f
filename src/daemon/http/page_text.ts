// Text of registries, containers and commits on its way to the page: plain, and never longer than a person reads.
import { plainLine } from "../../core/plan/plain_line.ts";

const longest = 600;

/** The same document with each text as one line without invisible marks, none longer than a paragraph. */
export function readable<T>(document: T): T {
  return plain(document) as T;
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return cut(plainLine(value, longest + 1));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
