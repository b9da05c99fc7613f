// Dotted numbers of any length and size, kept as digits: a version may be longer than any machine number.

/** The parts of a dotted number, each without leading zeros: `["1", "37"]`. */
export type Numeral = readonly string[];

/** The digits without leading zeros; zero is `0`. */
export function plainInteger(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

const numeralForm = /^\d+(?:\.\d+)*$/;
const zeroBefore = /(?:^|\.)0\d/;

/** Reads `digits *( "." digits )`, or null for any other text. */
export function readNumeral(text: string): Numeral | null {
  return numeralForm.test(text) ? readDigits(text) : null;
}

/** The parts of a text that is known to be a numeral. */
export function readDigits(text: string): Numeral {
  const parts = text.split(".");
  return text.includes("0") && zeroBefore.test(text) ? parts.map(plainInteger) : parts;
}

/** Compares two plain integers of any size; negative when `a` is the lower. */
export function compareIntegers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares the first `count` parts, missing ones being zero. */
export function compareHeads(a: Numeral, b: Numeral, count: number): number {
  for (let at = 0; at < count; at++) {
    const difference = compareIntegers(a[at] ?? "0", b[at] ?? "0");
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares part by part, the shorter padded with zeros: `1.2` equals `1.2.0`. */
export function compareNumerals(a: Numeral, b: Numeral): number {
  return compareHeads(a, b, Math.max(a.length, b.length));
}

/**
 * A text that sorts as the number does, `1.2` and `1.2.0` alike: each part is led by its length, the end is `\0`.
 * It ends itself, so that keys can be joined and the first difference still decides.
 */
export function numeralKey(numeral: Numeral): string {
  let count = numeral.length;
  while (count > 0 && numeral[count - 1] === "0") count--;
  let key = "";
  for (let at = 0; at < count; at++) key += integerKey(numeral[at] ?? "0");
  return key + "\0";
}

/** A text that sorts as the integer does. */
export function integerKey(digits: string): string {
  return String.fromCharCode(digits.length) + digits;
}

/** As `numeralKey`, with no number at all below every number. */
export function optionalKey(numeral: Numeral | null): string {
  return numeral === null ? "\0" : `\x01${numeralKey(numeral)}`;
}
