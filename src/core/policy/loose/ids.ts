// Words that name one build and no version: commits, run numbers, Unix times (loose versioning 1).
import { isHexDigit } from "./characters.ts";
import { readCompactDate } from "./dates.ts";

/** Whether `text[from, to)` is 7 to 40 hex digits, with or without a leading `g`, that are no date. */
export function isId(text: string, from = 0, to = text.length): boolean {
  const first = text.charCodeAt(from);
  const start = first === 103 || first === 71 ? from + 1 : from;
  if (to - start < 7 || to - start > 40) return false;
  for (let at = start; at < to; at++) {
    if (!isHexDigit(text.charCodeAt(at))) return false;
  }
  return readCompactDate(text, start, to) === null;
}

/** Whether the word is `g` and hex digits, as `git describe` writes the commit after the count. */
export function isDescribed(word: string): boolean {
  if (word.length < 2 || (word.charCodeAt(0) | 32) !== 103) return false;
  for (let at = 1; at < word.length; at++) {
    if (!isHexDigit(word.charCodeAt(at))) return false;
  }
  return true;
}
