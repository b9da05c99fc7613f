// Where the version stands in a tag: its core (loose versioning 1).
import { allDigits, dot, isDash, isDigit, isLetter, wordEnd } from "./characters.ts";
import { readCompactDate, readDashedDate } from "./dates.ts";
import { isId } from "./ids.ts";
import { type Numeral, readNumeral } from "./numeral.ts";
import { startsWithPrerelease } from "./suffix.ts";
import type { WordTable } from "./words.ts";

/** The version within the text `[start, end)`. */
export interface Core {
  readonly kind: "number" | "date";
  readonly parts: Numeral;
  /** Where its word starts; letters may stand between that and `start`. */
  readonly word: number;
  readonly start: number;
  readonly end: number;
}

/** The core of a text: one at the very start wins, else the one with most parts, else the first. Null when it has none. */
export function findCore(text: string, table: WordTable): Core | null {
  let best: Core | null = null;
  for (let word = 0; word >= 0 && word < text.length; word = nextWord(text, word)) {
    let start = word;
    while (isLetter(text.charCodeAt(start))) start++;
    if (!isDigit(text.charCodeAt(start))) continue;
    const core = coreAt(text, word, start, table);
    if (core === null) continue;
    if (word === 0 && (start === 0 || isLoneV(text, word, start))) return core;
    if (best === null || core.parts.length > best.parts.length) best = core;
  }
  return best;
}

/** Whether `[word, start)` is a `v` alone, which is spelling and belongs to no prefix. */
export function isLoneV(text: string, word: number, start: number): boolean {
  return start === word + 1 && (text.charCodeAt(word) | 32) === 118;
}

/** The next place where a core may start: after `-`, `_`, or a `.` that follows no digit; -1 when there is none. */
function nextWord(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDash(code) || (code === dot && !isDigit(text.charCodeAt(at - 1)))) return at + 1;
  }
  return -1;
}

function coreAt(text: string, word: number, start: number, table: WordTable): Core | null {
  if (isId(text, word, wordEnd(text, start))) return null;
  if (isDash(text.charCodeAt(start + 4))) {
    const date = readDashedDate(text, start);
    if (date !== null && endsAt(text, date.end, table)) {
      return { kind: "date", parts: date.parts, word, start, end: date.end };
    }
  }
  const end = numberEnd(text, start);
  if (!endsAt(text, end, table)) return null;
  const date = readCompactDate(text, start, end);
  if (date !== null) return { kind: "date", parts: date, word, start, end };
  // A lone long number counts runs or seconds, it is no version.
  if (end - start >= 7 && allDigits(text, start, end)) return null;
  const parts = readNumeral(text.slice(start, end));
  return parts === null ? null : { kind: "number", parts, word, start, end };
}

function numberEnd(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at)) || (text.charCodeAt(at) === dot && isDigit(text.charCodeAt(at + 1)))) at++;
  return at;
}

function endsAt(text: string, end: number, table: WordTable): boolean {
  if (end === text.length) return true;
  const code = text.charCodeAt(end);
  if (isDash(code)) return true;
  if (code === dot) return isLetter(text.charCodeAt(end + 1));
  return isLetter(code) && startsWithPrerelease(text, end, table);
}
