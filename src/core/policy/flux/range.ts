// Ranges of versions to the letter of the library under Flux (Masterminds v3): text to alternatives of bounds.
import { failure, type Result, success } from "../../model/problem.ts";
import { type Bound, isAdmitted, parseBound } from "./bound.ts";
import type { FluxVersion } from "./parse_version.ts";

/** Bounds that must all hold. */
export interface Alternative {
  readonly bounds: readonly Bound[];
  /** One bound with a prerelease admits prereleases to the whole alternative. */
  readonly takesPrereleases: boolean;
}

/** Alternatives, of which one must hold. */
export interface FluxRange {
  readonly text: string;
  readonly alternatives: readonly Alternative[];
}

/** Why a version is not taken; null when it is. `prerelease`: nothing but its being one keeps it out. */
export type RangeAnswer = "prerelease" | "range" | null;

// The library's own limits.
const longestRange = 512;
const mostAlternatives = 32;

const blank = "[\\t\\n\\f\\r ]";
const identifiers = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
// The bar is in the library's class by mistake; it changes how "1 - 2||3 - 4" is read, so it has to be here too.
const part = "[0-9|xX*]+";
const partial = `v?${part}(?:\\.${part})?(?:\\.${part})?(?:-${identifiers})?(?:\\+${identifiers})?`;
const hyphenForm = new RegExp(`${blank}*(${partial})${blank}+-${blank}+(${partial})${blank}*`, "g");
const wordForm = new RegExp(`(=|!=|>=|=>|<=|=<|~>|>|<|~|\\^|)${blank}*(${partial})`, "y");
const gapForm = new RegExp(`(${blank}*)(,?)${blank}*`, "y");

/** Reads a range. Fails with `policy.invalid` on whatever the library refuses, the empty text included. */
export function parseRange(text: string): Result<FluxRange> {
  if (text.length > longestRange) return invalid(`the range is longer than ${longestRange} characters`);
  const pieces = rewriteHyphens(text).split("||");
  if (pieces.length > mostAlternatives) return invalid(`the range has more than ${mostAlternatives} alternatives`);
  const alternatives: Alternative[] = [];
  for (const piece of pieces) {
    const bounds = parseBounds(piece);
    if (bounds === null) return invalid(`the range "${text}" cannot be understood at "${piece.trim()}"`);
    alternatives.push({ bounds, takesPrereleases: bounds.some(({ version }) => version.prerelease !== "") });
  }
  return success({ text, alternatives });
}

/** Whether the range takes a version. */
export function askRange(range: FluxRange, version: FluxVersion): RangeAnswer {
  const isPrerelease = version.prerelease !== "";
  let isKeptOut = false;
  for (const { bounds, takesPrereleases } of range.alternatives) {
    if (!bounds.every((bound) => isAdmitted(bound, version))) continue;
    if (!isPrerelease || takesPrereleases) return null;
    isKeptOut = true;
  }
  return isKeptOut ? "prerelease" : "range";
}

/**
 * `A - B` becomes `>= A, <= B ` in the text itself, before anything else is read. As in the library each finding
 * replaces the first place that reads alike.
 */
function rewriteHyphens(text: string): string {
  let rewritten = text;
  for (const match of text.matchAll(hyphenForm)) {
    rewritten = rewritten.replace(match[0], () => `>= ${match[1]}, <= ${match[2]} `);
  }
  return rewritten;
}

/** Bounds parted by blanks or one comma; null when there is none or anything else stands among them. */
function parseBounds(text: string): readonly Bound[] | null {
  const bounds: Bound[] = [];
  let at = matchAt(gapForm, text, 0)?.[1]?.length ?? 0;
  while (at < text.length) {
    const word = matchAt(wordForm, text, at);
    const bound = word === null ? null : parseBound(word[1] ?? "", word[2] ?? "");
    if (word === null || bound === null) return null;
    bounds.push(bound);
    at += word[0].length;
    const gap = matchAt(gapForm, text, at)?.[0] ?? "";
    at += gap.length;
    // A comma ends nothing, and no bound starts right after another.
    if (gap === "" ? at < text.length : at === text.length && gap.includes(",")) return null;
  }
  return bounds.length === 0 ? null : bounds;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function invalid(message: string): Result<never> {
  return failure("policy.invalid", message, { cure: 'write it like ">=1.2.0 <2.0.0", "~1.2", "^1.4.0" or "1.x"' });
}
