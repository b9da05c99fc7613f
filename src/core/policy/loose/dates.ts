// Dates in tags, with dashes or as one run of digits (loose versioning 1).
import { allDigits } from "./characters.ts";
import { type Numeral, plainInteger } from "./numeral.ts";

/**
 * The parts of 8, 10, 12 or 14 digits that begin with a date: year, month, day, then one for each two digits. Null for
 * anything else, and outside of 1990 to 2099, month 1 to 12, day 1 to 31.
 */
export function readCompactDate(text: string, from = 0, to = text.length): Numeral | null {
  const length = to - from;
  if (length < 8 || length > 14 || length % 2 !== 0 || !allDigits(text, from, to)) return null;
  const parts = [text.slice(from, from + 4)];
  for (let at = from + 4; at < to; at += 2) parts.push(plainInteger(text.slice(at, at + 2)));
  return isDate(parts) ? parts : null;
}

// The end is looked for here too, so that a time that does not end well gives way to the date without it.
const dashed = /(\d{4})-(\d\d)-(\d\d)(?:[T_-]?(\d\d)-?(\d\d)(?:-?(\d\d))?)?Z?(?=$|[-_A-Za-z]|\.[A-Za-z])/y;

/** A date with dashes at `from`, with where it ends, or null. */
export function readDashedDate(text: string, from: number): { readonly parts: Numeral; readonly end: number } | null {
  dashed.lastIndex = from;
  const match = dashed.exec(text);
  if (match === null) return null;
  const parts = match.slice(1).filter((part) => part !== undefined).map(plainInteger);
  return isDate(parts) ? { parts, end: from + match[0].length } : null;
}

function isDate(parts: Numeral): boolean {
  const [year, month, day] = parts;
  return inRange(year, 1990, 2099) && inRange(month, 1, 12) && inRange(day, 1, 31);
}

function inRange(digits: string | undefined, low: number, high: number): boolean {
  const value = Number(digits);
  return value >= low && value <= high;
}
