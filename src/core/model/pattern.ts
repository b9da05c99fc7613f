// Regular expressions that people write to filter tags: Go's syntax, linear time, whatever the pattern or the tag.
import { RE2JS } from "re2js";
import { isPlainText, plainPattern } from "./plain_pattern.ts";
import { failure, type Result, success } from "./problem.ts";

/** A compiled pattern. It is searched in the text: only `^` and `$` anchor it. */
export interface Pattern {
  readonly source: string;
  readonly compiled: RE2JS;
  /** The same for plain texts, where the pattern is a plain one. */
  readonly plain: RegExp | null;
  /** The numbers of the groups of one name, in the order of the pattern: Go lets a name occur twice. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
}

/** Longest pattern in characters, and largest program in instructions, that is accepted. */
const longestPattern = 1000;
const largestProgram = 10_000;

/** Compiles RE2 syntax; fails with `policy.invalid_filter` on whatever Go's `regexp` refuses and on what is too large. */
export function compilePattern(source: string): Result<Pattern> {
  if (source.length > longestPattern) {
    return invalid(`${source.slice(0, 60)}...`, `it is longer than ${longestPattern} characters`);
  }
  const { pattern, originals } = renameDuplicates(source);
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > largestProgram) return invalid(source, "its repeat counts make it too large");
    return success({ source, compiled, plain: plainPattern(source), groups: groupTable(compiled, originals) });
  } catch (thrown) {
    // The library throws for a pattern that is no valid expression; anything else is a bug and must stay one.
    if (!(thrown instanceof Error) || !thrown.name.startsWith("RE2JS")) throw thrown;
    return invalid(source, thrown.message.replace(/^error parsing regexp: /, ""));
  }
}

/** Whether the pattern occurs in the text. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  const { plain } = pattern;
  return plain !== null && isPlainText(text) ? plain.test(text) : pattern.compiled.test(text);
}

/**
 * Prepares a template of Go's `Regexp.Expand`: the answer gives the expanded first match of a text, or null when the
 * pattern does not occur in it. Groups that do not exist or took no part are empty.
 */
export function compileTemplate(pattern: Pattern, template: string): (text: string) => string | null {
  const pieces = templatePieces(pattern, template);
  return (text) => {
    const groups = findGroups(pattern, text);
    if (groups === null) return null;
    let expanded = "";
    for (const piece of pieces) {
      if (typeof piece === "string") {
        expanded += piece;
        continue;
      }
      for (const group of piece) {
        const found = groups[group] ?? null;
        if (found === null) continue;
        expanded += found;
        break;
      }
    }
    return expanded;
  };
}

/** The first match and its groups by number, null where a group took no part; null when there is no match. */
function findGroups({ plain, compiled }: Pattern, text: string): readonly (string | null | undefined)[] | null {
  if (plain !== null && isPlainText(text)) return plain.exec(text);
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return null;
  return Array.from({ length: compiled.groupCount() + 1 }, (_, group) => matcher.group(group));
}

/** Literal text, or the groups of which the first that took part is inserted. */
type Piece = string | readonly number[];

function templatePieces(pattern: Pattern, template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const reference = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;
  let end = 0;
  for (const match of template.matchAll(reference)) {
    pieces.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    pieces.push(match[1] ?? groupsNamed(pattern, match[2] ?? match[3] ?? ""));
  }
  pieces.push(template.slice(end));
  return pieces;
}

function groupsNamed(pattern: Pattern, name: string): readonly number[] {
  // As in Go: a name of digits is a number, but one with leading zeros or beyond 10^9 can only be a name.
  if (!/^(0|[1-9][0-9]{0,8})$/.test(name)) return pattern.groups.get(name) ?? [];
  const number = Number(name);
  return number <= pattern.compiled.groupCount() ? [number] : [];
}

/** Gives second and later groups of one name a new one, since the library accepts each name once. */
function renameDuplicates(source: string): { readonly pattern: string; readonly originals: Map<string, string> } {
  const seen = new Set<string>();
  const originals = new Map<string, string>();
  // Quoted text, escapes and classes are stepped over, so that a "(?<a>" inside them is left alone.
  const token = /\\Q(?:[^\\]|\\(?!E))*(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w*:\]|\\[\s\S]|[^\]\\])*\]|\(\?P?<(\w+)>/g;
  const pattern = source.replace(token, (whole: string, name: string | undefined) => {
    if (name === undefined) return whole;
    if (!seen.has(name)) {
      seen.add(name);
      return whole;
    }
    let fresh = `${name}_${originals.size}`;
    while (seen.has(fresh) || source.includes(`<${fresh}>`)) fresh += "_";
    seen.add(fresh);
    originals.set(fresh, name);
    return `(?P<${fresh}>`;
  });
  return { pattern, originals };
}

function groupTable(compiled: RE2JS, originals: ReadonlyMap<string, string>): Map<string, readonly number[]> {
  const table = new Map<string, number[]>();
  for (const [name, number] of Object.entries(compiled.namedGroups()).sort((a, b) => a[1] - b[1])) {
    const original = originals.get(name) ?? name;
    table.set(original, [...(table.get(original) ?? []), number]);
  }
  return table;
}

function invalid(source: string, why: string): Result<never> {
  return failure("policy.invalid_filter", `"${source}" is not a valid pattern: ${why}`, {
    cure: "write it in RE2 syntax: no lookaround, no back-references, no possessive repeats",
  });
}
