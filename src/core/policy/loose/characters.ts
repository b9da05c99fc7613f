// The classes of characters that the reading of tags knows. Codes instead of expressions, since a list may be long.

/** Whether the code is one of `0` to `9`; false for the NaN that lies beyond the text. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether the code is an ASCII letter. */
export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** Whether the code is a hex digit of either case. */
export function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Whether the code is `-` or `_`, which part words wherever they stand. */
export function isDash(code: number): boolean {
  return code === 45 || code === 95;
}

/** The code of `.`, which parts words only beside a letter. */
export const dot = 46;

/** Whether all of `text[from, to)` is digits; false when that is empty. */
export function allDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (!isDigit(text.charCodeAt(at))) return false;
  }
  return to > from;
}

/** Where the word that holds `from` ends: at `-`, `_`, a `.` before a letter, or the end of the text. */
export function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDash(code) || (code === dot && isLetter(text.charCodeAt(at + 1)))) break;
    at++;
  }
  return at;
}
