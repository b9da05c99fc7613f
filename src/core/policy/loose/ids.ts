// Words that name one build and no version: commits, run numbers, Unix times (loose versioning 1).
import { readCompactDate } from "./dates.ts";

const idForm = /^g?([0-9a-f]{7,40})$/i;
const describedForm = /^g[0-9a-f]+$/i;
const idWord = /g?[0-9a-f]{7,40}(?=$|[-_]|\.[A-Za-z])/iy;

/** Whether the word is 7 to 40 hex digits, with or without a leading `g`, that are no date. */
export function isId(word: string): boolean {
  if (word.length < 7) return false;
  const match = idForm.exec(word);
  return match !== null && readCompactDate(match[1] ?? "") === null;
}

/** Whether the word is `g` and hex digits, as `git describe` writes the commit after the count. */
export function isDescribed(word: string): boolean {
  return describedForm.test(word);
}

/** As `isId` for the word that starts at `from`: up to `-`, `_`, a `.` before a letter, or the end of the text. */
export function isIdAt(text: string, from: number): boolean {
  idWord.lastIndex = from;
  return idWord.test(text) && isId(text.slice(from, idWord.lastIndex));
}
