// Dates in tags, with dashes or as one run of digits (loose versioning 1).
import { type Numeral, plainInteger } from "./numeral.ts";

const compact = /^(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?$/;

/**
 * The parts of 8, 10, 12 or 14 digits that begin with a date: year, month, day, then one for each two digits. Null for
 * anything else, and outside of 1990 to 2099, month 1 to 12, day 1 to 31.
 */
export function readCompactDate(text: string): Numeral | null {
  if (text.length < 8 || text.length > 14) return null;
  return datesParts(compact.exec(text));
}

// The end is looked for here too, so that a time that does not end well gives way to the date without it.
const dashed = /(\d{4})-(\d\d)-(\d\d)(?:[T_-]?(\d\d)-?(\d\d)(?:-?(\d\d))?)?Z?(?=$|[-_A-Za-z]|\.[A-Za-z])/y;

/** A date with dashes at `from`, with where it ends, or null. */
export function readDashedDate(text: string, from: number): { readonly parts: Numeral; readonly end: number } | null {
  dashed.lastIndex = from;
  const match = dashed.exec(text);
  const parts = datesParts(match);
  return match === null || parts === null ? null : { parts, end: from + match[0].length };
}

function datesParts(match: RegExpExecArray | null): Numeral | null {
  if (match === null) return null;
  const [year, month, day] = match.slice(1);
  if (!inRange(year, 1990, 2099) || !inRange(month, 1, 12) || !inRange(day, 1, 31)) return null;
  return match.slice(1).filter((part) => part !== undefined).map(plainInteger);
}

function inRange(digits: string | undefined, low: number, high: number): boolean {
  const value = Number(digits);
  return value >= low && value <= high;
}
