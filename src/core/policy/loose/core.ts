// Where the version stands in a tag: its core (loose versioning 1). The expressions are anchored at one place and step
// through each character once; on a host that interprets its code they are much faster than loops.
import { readCompactDate, readDashedDate } from "./dates.ts";
import { isIdAt } from "./ids.ts";
import { type Numeral, readDigits } from "./numeral.ts";
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

// Most tags: two to four short parts without leading zeros, so neither a date nor an id, and an end that needs no second
// look. The groups are the parts, since splitting a text costs more than all the rest.
const plainPart = "(0|[1-9][0-9]{0,5})";
const plainForm = new RegExp(
  `^[vV]?${plainPart}\\.${plainPart}(?:\\.${plainPart})?(?:\\.${plainPart})?(?=$|[-_])`,
);
const candidate = /([A-Za-z]*)(\d+(?:\.\d+)*)/y;
const wordBreak = /[-_]|(?<!\d)\./g;
const goodEnd = /$|[-_]|\.[A-Za-z]/y;
const letter = /[A-Za-z]/y;

/** The core of a text: one at the very start wins, else the one with most parts, else the first. Null when it has none. */
export function findCore(text: string, table: WordTable): Core | null {
  const plain = plainForm.exec(text);
  if (plain !== null) {
    const parts = plain.slice(1, plain[3] === undefined ? 3 : plain[4] === undefined ? 4 : 5);
    return { kind: "number", parts, word: 0, start: isLoneV(text.charAt(0)) ? 1 : 0, end: plain[0].length };
  }
  let best: Core | null = null;
  for (let word = 0; word >= 0; word = nextWord(text, word)) {
    candidate.lastIndex = word;
    const match = candidate.exec(text);
    if (match === null) continue;
    const letters = match[1] ?? "";
    const core = coreAt(text, word, word + letters.length, match[2] ?? "", table);
    if (core === null) continue;
    if (word === 0 && (letters === "" || isLoneV(letters))) return core;
    if (best === null || core.parts.length > best.parts.length) best = core;
  }
  return best;
}

/** Whether the letters before a core are a `v` alone, which is spelling and belongs to no prefix. */
export function isLoneV(letters: string): boolean {
  return letters === "v" || letters === "V";
}

/** The next place where a core may start: after `-`, `_`, or a `.` that follows no digit; -1 when there is none. */
function nextWord(text: string, from: number): number {
  wordBreak.lastIndex = from;
  const match = wordBreak.exec(text);
  return match === null ? -1 : match.index + 1;
}

function coreAt(text: string, word: number, start: number, number: string, table: WordTable): Core | null {
  // The shortest id has seven characters, and most words of a core are shorter or go on with a dot.
  if (isIdAt(text, word)) return null;
  if (text[start + 4] === "-") {
    const date = readDashedDate(text, start);
    if (date !== null && endsAt(text, date.end, table)) {
      return { kind: "date", parts: date.parts, word, start, end: date.end };
    }
  }
  const end = start + number.length;
  if (!endsAt(text, end, table)) return null;
  const date = readCompactDate(number);
  if (date !== null) return { kind: "date", parts: date, word, start, end };
  const parts = readDigits(number);
  // A lone long number counts runs or seconds, it is no version.
  return parts.length === 1 && number.length >= 7 ? null : { kind: "number", parts, word, start, end };
}

function endsAt(text: string, end: number, table: WordTable): boolean {
  goodEnd.lastIndex = letter.lastIndex = end;
  return goodEnd.test(text) || (letter.test(text) && startsWithPrerelease(text, end, table));
}
