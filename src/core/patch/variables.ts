// The variables in a Compose value: read as Compose reads them, each with the place that its text comes from.
import { failure, type Result, success } from "../model/problem.ts";
import type { LineEntry } from "./line_entry.ts";

/** A stretch of a value. Offsets count in the value as written; `text` is what it stands for. */
export interface Segment {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Of a variable. */
  readonly name: string | null;
  /** The line of the `.env` file that holds the text; null when it stands in the value itself. */
  readonly entry: LineEntry | null;
}

/** One reference as written. */
interface Reference {
  readonly name: string;
  readonly length: number;
  /** `-`: the default counts when unset; `:-`: also when empty; null: there is no default. */
  readonly operator: "-" | ":-" | null;
  readonly fallback: string;
  /** Offset of the default behind the `$`. */
  readonly fallbackAt: number;
}

/**
 * Splits a value into literal text and variables. `find` gives the assignment that counts. Fails with
 * `marker.variable` for forms that name no one place: nested ones, `:?`, `:+`, `$$`, and variables that nothing sets.
 */
export function readSegments(value: string, find: (name: string) => LineEntry | null): Result<readonly Segment[]> {
  const segments: Segment[] = [];
  let from = 0;
  for (let at = value.indexOf("$"); at >= 0; at = value.indexOf("$", from)) {
    if (at > from) segments.push(literal(value, from, at));
    const reference = readReference(value.slice(at));
    if (!reference.ok) return reference;
    const segment = resolve(reference.value, at, find(reference.value.name));
    if (!segment.ok) return segment;
    segments.push(segment.value);
    from = at + reference.value.length;
  }
  if (from < value.length) segments.push(literal(value, from, value.length));
  return success(segments);
}

function literal(value: string, from: number, to: number): Segment {
  return { text: value.slice(from, to), from, to, name: null, entry: null };
}

function readReference(text: string): Result<Reference> {
  if (text.startsWith("$$")) return unfollowable("$$ stands for a plain dollar sign, which no image holds");
  const bare = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(text);
  if (bare) {
    return success({ name: bare[1] ?? "", length: bare[0].length, operator: null, fallback: "", fallbackAt: 0 });
  }
  const match = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])?([^}]*)\}/.exec(text);
  if (match === null) return unfollowable("a $ that begins no variable");
  const [whole, name = "", operator, fallback = ""] = match;
  if (fallback.includes("$")) return unfollowable(`\${${name}} has another variable as its default`);
  if (operator === undefined && fallback !== "") return unfollowable(`\${${name}...} is no form that Compose knows`);
  if (operator !== undefined && operator !== "-" && operator !== ":-") {
    return unfollowable(`\${${name}${operator}...} has no default that could be edited`);
  }
  const fallbackAt = 2 + name.length + (operator?.length ?? 0);
  return success({ name, length: whole.length, operator: operator ?? null, fallback, fallbackAt });
}

/** `.env` first; the default only where Compose would take it. */
function resolve(reference: Reference, at: number, entry: LineEntry | null): Result<Segment> {
  const { name, operator, fallback, fallbackAt } = reference;
  if (entry !== null && !(operator === ":-" && entry.value === "")) {
    if (!entry.whole) return unfollowable(`.env sets ${name} over several lines`);
    if (entry.expands && entry.value.includes("$")) return unfollowable(`.env sets ${name} from another variable`);
    return success({ text: entry.value, from: at, to: at + reference.length, name, entry });
  }
  if (operator === null) return unfollowable(`${name} has no default and is not set in the .env file beside it`);
  const from = at + fallbackAt;
  return success({ text: fallback, from, to: from + fallback.length, name, entry: null });
}

function unfollowable(why: string): Result<never> {
  return failure("marker.variable", why, {
    cure: "write the image itself, or ${NAME:-default}, or set NAME in the .env file beside the Compose file",
  });
}
