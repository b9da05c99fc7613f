// What stands behind a version: its words, sorted into classes (loose versioning 1).
import { readCompactDate } from "./dates.ts";
import { isDescribed, isId } from "./ids.ts";
import { type Numeral, plainInteger, readDigits, readNumeral } from "./numeral.ts";
import type { WordTable } from "./words.ts";

/** The words of a suffix by class, each class in the order of the tag. Names and labels are in lower case. */
export interface Suffix {
  readonly prerelease: readonly { readonly rank: number; readonly number: Numeral | null }[];
  /** How many commits after the release, or null. */
  readonly after: Numeral | null;
  readonly fix: readonly (Numeral | null)[];
  /** `label` is empty for a bare number. */
  readonly build: readonly { readonly label: string; readonly number: Numeral | null }[];
  readonly flavour: readonly Flavour[];
  readonly ids: readonly Id[];
}

/** A flavour word with its numbers: the one attached to it, and a bare one right after it. */
export interface Flavour {
  readonly name: string;
  readonly numbers: readonly Numeral[];
}

/** Which build it is. `order` is null for an id that says nothing about earlier and later. */
export interface Id {
  readonly text: string;
  readonly order: string | null;
}

/** The suffix of a tag that ends with its core. */
export const noSuffix: Suffix = { prerelease: [], after: null, fix: [], build: [], flavour: [], ids: [] };

type Open = { -readonly [Key in keyof Suffix]: Suffix[Key] extends readonly (infer Item)[] ? Item[] : Suffix[Key] };

// A repository has few suffixes and many versions of each, so most have been read before. Full, it is left as it is:
// suffixes that never come back must not push out those that do.
const known = new WeakMap<WordTable, Map<string, Suffix>>();
const mostKnown = 1000;

/** Sorts the words from `from` on. Whatever they are, they are of some class: this cannot fail. */
export function readSuffix(text: string, from: number, table: WordTable): Suffix {
  if (from >= text.length) return noSuffix;
  let read = known.get(table);
  if (read === undefined) known.set(table, read = new Map());
  const rest = text.slice(from);
  const before = read.get(rest);
  if (before !== undefined) return before;
  const suffix = sortWords(rest, table);
  if (read.size < mostKnown) read.set(rest, suffix);
  return suffix;
}

function sortWords(text: string, table: WordTable): Suffix {
  const words = splitWords(text, 0);
  const suffix: Open = { prerelease: [], after: null, fix: [], build: [], flavour: [], ids: [] };
  for (let at = 0; at < words.length;) at += readWord(words, at, table, suffix);
  return suffix;
}

/** Whether the word at `from`, and nothing before its end, is a prerelease word: there a core may end. */
export function startsWithPrerelease(text: string, from: number, table: WordTable): boolean {
  const suffix: Open = { prerelease: [], after: null, fix: [], build: [], flavour: [], ids: [] };
  readWord(splitWords(text, from), 0, table, suffix);
  return suffix.prerelease.length === 1;
}

function splitWords(text: string, from: number): readonly string[] {
  const words = text.slice(from).split(/[-_]|\.(?=[A-Za-z])/);
  return words.includes("") ? words.filter((word) => word !== "") : words;
}

/** Sorts the word at `at` into the suffix and says how many words it took. First class that fits wins. */
function readWord(words: readonly string[], at: number, table: WordTable, into: Open): number {
  const word = words[at] ?? "";
  if (isAfter(words, at)) {
    into.after = readNumeral(word);
    return 2;
  }
  const bare = readBare(word);
  if (bare !== null) {
    into.build.push({ label: "", number: bare });
    return 1;
  }
  if (isId(word) || readCompactDate(word) !== null) {
    into.ids.push({ text: word.toLowerCase(), order: orderOfId(word) });
    return 1;
  }
  return readNamed(words, at, table, into);
}

function readNamed(words: readonly string[], at: number, table: WordTable, into: Open): number {
  const { name, number: attached } = splitNumber(words[at] ?? "", table);
  const meaning = table.get(name);
  if (meaning !== undefined && meaning.class !== "flavour") {
    const next = attached === null && !isAfter(words, at + 1) ? readNumeral(words[at + 1] ?? "") : null;
    const number = attached ?? next;
    if (number !== null || !meaning.numbered) {
      if (meaning.class === "prerelease") into.prerelease.push({ rank: meaning.rank, number });
      else if (meaning.class === "fix") into.fix.push(number);
      else into.build.push({ label: name, number });
      return next === null ? 1 : 2;
    }
  }
  const numbers = attached === null ? [] : [attached];
  const next = isAfter(words, at + 1) ? null : readBare(words[at + 1] ?? "");
  into.flavour.push({ name, numbers: next === null ? numbers : [...numbers, next] });
  return next === null ? 1 : 2;
}

function isAfter(words: readonly string[], at: number): boolean {
  const commit = words[at + 1];
  return commit !== undefined && isDescribed(commit) && readNumeral(words[at] ?? "") !== null;
}

// Counted as written: seven digits are seven digits, leading zeros or not.
const bareForm = /^[vV]?(\d{1,6}(?:\.\d{1,6})*)$/;

/** A bare number: a `v` before it is allowed, and no part is longer than 6 digits. */
function readBare(word: string): Numeral | null {
  const match = bareForm.exec(word);
  return match === null ? null : readDigits(match[1] ?? "");
}

function orderOfId(word: string): string | null {
  if (!/^\d+$/.test(word)) return null;
  return word.length >= 9 || readCompactDate(word) !== null ? plainInteger(word) : null;
}

/** Parts a word from the number at its end, `rc.1` and `rc1` alike. A word that a policy names as a whole stays whole. */
function splitNumber(word: string, table: WordTable): { readonly name: string; readonly number: Numeral | null } {
  const lower = word.toLowerCase();
  let start = lower.length;
  while (start > 0 && isDigitOrDot(lower.charCodeAt(start - 1))) start--;
  if (start === 0 || start === lower.length || table.has(lower)) return { name: lower, number: null };
  const number = readNumeral(lower.slice(lower[start] === "." ? start + 1 : start));
  return number === null ? { name: lower, number: null } : { name: lower.slice(0, start), number };
}

function isDigitOrDot(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}
