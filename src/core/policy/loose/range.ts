// Ranges over any number of parts: read from text, and asked about one version (loose versioning 3).
import { failure, type Result, success } from "../../model/problem.ts";
import { compareHeads, compareNumerals, type Numeral, readNumeral } from "./numeral.ts";
import { releaseStage, stageKey } from "./order.ts";
import { isUnreleased, type Reading } from "./read_tag.ts";
import { readSuffix } from "./suffix.ts";
import type { WordTable } from "./words.ts";

/** One condition of a range. */
export interface Bound {
  readonly operator: "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "^";
  readonly parts: Numeral;
  /** Whether `x` or `*` ends the parts. */
  readonly wildcard: boolean;
  /** The suffix as `stageKey` sorts it, empty for `-0`; null when the bound has none. */
  readonly stage: string | null;
}

/** Alternatives, of which one must hold as a whole. */
export interface Range {
  readonly text: string;
  readonly alternatives: readonly (readonly Bound[])[];
}

/** Why a version is not taken; null when it is. */
export type RangeAnswer = "prerelease" | "range" | null;

const everything: readonly Bound[] = [];
const longestRange = 1000;
const boundForm = /^(=|!=|>=?|<=?|~|\^)?[vV]?((?:\d+|[xX*])(?:\.(?:\d+|[xX*]))*)(?:-(.+))?$/;

/** Reads a range; no range, an empty one and `*` are everything. Fails with `policy.invalid`. */
export function parseRange(text: string | null, table: WordTable): Result<Range> {
  const trimmed = (text ?? "").trim();
  if (trimmed === "") return success({ text: "*", alternatives: [everything] });
  if (trimmed.length > longestRange) return invalid(`the range is longer than ${longestRange} characters`);
  const alternatives: Bound[][] = [];
  for (const alternative of trimmed.split("||")) {
    const bounds: Bound[] = [];
    for (const piece of alternative.split(",")) {
      const read = parseBounds(piece.trim(), table);
      if (!read.ok) return invalid(`the range "${trimmed}" cannot be understood: ${read.failure.message}`);
      bounds.push(...read.value);
    }
    alternatives.push(bounds);
  }
  return success({ text: trimmed, alternatives });
}

/** Bounds parted by blanks, `A - B` among them. */
function parseBounds(text: string, table: WordTable): Result<readonly Bound[]> {
  // A blank after an operator parts nothing, since an operator alone says nothing.
  const words = text.replace(/(?<=^|\s)(=|!=|>=?|<=?|~|\^)\s+(?=[\dvVxX*])/g, "$1").split(/\s+/);
  const bounds: Bound[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const upper = words[at + 1] === "-" ? words[at + 2] : undefined;
    const read = parseBound(upper === undefined ? word : `>=${word}`, table);
    if (!read.ok) return read;
    bounds.push(read.value);
    if (upper === undefined) continue;
    const end = parseBound(`<=${upper}`, table);
    if (!end.ok) return end;
    bounds.push(end.value);
    at += 2;
  }
  return success(bounds);
}

function parseBound(word: string, table: WordTable): Result<Bound> {
  const match = boundForm.exec(word);
  if (match === null) return invalid(word === "" ? "a bound is missing" : `"${word}" is no bound`);
  const [, operator, version = "", suffix] = match;
  const numbers = version.split(/\.?[xX*]/, 1)[0] ?? "";
  const stage = suffix === undefined ? null : parseStage(suffix, table);
  if (stage === undefined) return invalid(`"-${suffix}" is neither -0 nor a prerelease such as -rc.2`);
  return success({
    operator: (operator ?? "=") as Bound["operator"],
    parts: numbers === "" ? [] : readNumeral(numbers) ?? [],
    wildcard: numbers.length < version.length,
    stage,
  });
}

/** The suffix of a bound as a stage, below every prerelease for `0`; undefined when it holds any other word. */
function parseStage(text: string, table: WordTable): string | undefined {
  if (text === "0") return "";
  const suffix = readSuffix(text, 0, table);
  const others = suffix.fix.length + suffix.build.length + suffix.flavour.length + suffix.ids.length;
  return suffix.prerelease.length === 0 || others > 0 || suffix.after !== null ? undefined : stageKey(suffix);
}

/**
 * Whether the range takes a version. `allowed` is what the policy says of prereleases; `continues` is whether the
 * current tag is a prerelease of the same parts, which lets its line go on.
 */
export function askRange(range: Range, reading: Reading, allowed: boolean | null, continues: boolean): RangeAnswer {
  const open = allowed === true || continues || !isUnreleased(reading);
  let anyHolds = false;
  let anyOpen = false;
  for (const bounds of range.alternatives) {
    const holds = admitsAll(bounds, reading);
    const opened = open || (allowed === null && bounds.some(opensPrereleases));
    if (holds && opened) return null;
    anyHolds ||= holds;
    anyOpen ||= opened;
  }
  // A version that only its being a prerelease keeps out says so, whatever other alternatives miss.
  return anyOpen && !anyHolds ? "range" : "prerelease";
}

function admitsAll(bounds: readonly Bound[], reading: Reading): boolean {
  for (const bound of bounds) if (!admits(bound, reading)) return false;
  return true;
}

/** Whether a bound says by its suffix that prereleases are meant. */
export function opensPrereleases(bound: Bound): boolean {
  return bound.stage !== null && bound.operator !== "<" && bound.operator !== "!=";
}

function admits(bound: Bound, reading: Reading): boolean {
  const { parts } = bound;
  switch (bound.operator) {
    case "=":
      return isNamed(bound, reading);
    case "!=":
      return !isNamed(bound, reading);
    case ">":
      return compareHeads(reading.parts, parts, parts.length) > 0 ||
        (bound.stage !== null && compareWithStage(bound, reading) === 1);
    case ">=":
      return isNotBelow(bound, reading);
    case "<":
      // By the parts alone: a prerelease of the bound itself is never below it, whatever suffix the bound has.
      return compareNumerals(reading.parts, parts) < 0;
    case "<=": {
      const exact = bound.stage === null ? null : compareWithStage(bound, reading);
      return exact === null ? compareHeads(reading.parts, parts, parts.length) <= 0 : exact <= 0;
    }
    case "~":
      return isNotBelow(bound, reading) && compareHeads(reading.parts, parts, Math.min(parts.length, 2)) === 0;
    case "^": {
      const first = parts.findIndex((part) => part !== "0");
      const count = first < 0 ? parts.length : first + 1;
      return isNotBelow(bound, reading) && compareHeads(reading.parts, parts, count) === 0;
    }
  }
}

/** `1.2` names the whole line, as `1.2-0` and `1.2.x-rc` do; `1.2.0-rc.2` names only that prerelease. */
function isNamed(bound: Bound, reading: Reading): boolean {
  if (bound.stage === null || bound.stage === "" || bound.wildcard) {
    return compareHeads(reading.parts, bound.parts, bound.parts.length) === 0;
  }
  return compareWithStage(bound, reading) === 0;
}

function isNotBelow(bound: Bound, reading: Reading): boolean {
  const parts = compareNumerals(reading.parts, bound.parts);
  return parts > 0 || (parts === 0 && stageKey(reading.suffix) >= (bound.stage ?? releaseStage));
}

/** Compares by stage where all parts are equal; null where they are not, and the suffix does not count. */
function compareWithStage(bound: Bound, reading: Reading): -1 | 0 | 1 | null {
  if (compareNumerals(reading.parts, bound.parts) !== 0) return null;
  const stage = stageKey(reading.suffix);
  const wanted = bound.stage ?? releaseStage;
  return stage < wanted ? -1 : stage > wanted ? 1 : 0;
}

function invalid(message: string): Result<never> {
  return failure("policy.invalid", message, { cure: 'write it like ">=1.2 <2", "~1.2", "^1", "1.2.x" or "1 - 2"' });
}
