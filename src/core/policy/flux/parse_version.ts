// A text to a version as Flux reads it: three pieces are demanded, then a loose parser coerces (Flux semantics 1.4).

/** A version. Its numbers are texts that sort by code units as the numbers do, whatever their size. */
export interface FluxVersion {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** What follows the hyphen; empty for a release. */
  readonly prerelease: string;
  /** Sorts by code units as the version does; equal versions have equal texts. */
  readonly order: string;
}

// The library refuses longer texts; a tag has 128 characters at most, but an extracted text may be longer.
const longestVersion = 256;
const identifiers = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const looseForm = new RegExp(
  `^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${identifiers}))?(?:\\+${identifiers})?$`,
);
const greatestInteger = "18446744073709551615";
const allDigits = /^[0-9]+$/;
const zeroBeforeDigits = /(?:^|\.)0[0-9]+(?:\.|$)/;

/** Reads a tag or an extracted text, or null when Flux takes it for no version. */
export function parseVersion(text: string): FluxVersion | null {
  // Any two dots do, so one in a prerelease counts: `1.2-rc.1` is a version, `1.2` and `1` are not.
  const dot = text.indexOf(".");
  return dot >= 0 && text.includes(".", dot + 1) ? parseLooseVersion(text) : null;
}

/** Reads a version of one to three numbers, as the bounds of a range are read, or null. */
export function parseLooseVersion(text: string): FluxVersion | null {
  if (text.length > longestVersion) return null;
  const match = looseForm.exec(text);
  if (match === null) return null;
  const major = sortableInteger(match[1] ?? "");
  const minor = sortableInteger(match[2] ?? "0");
  const patch = sortableInteger(match[3] ?? "0");
  const prerelease = match[4] ?? "";
  if (major === null || minor === null || patch === null || zeroBeforeDigits.test(prerelease)) return null;
  return { major, minor, patch, prerelease, order: major + minor + patch + sortablePrerelease(prerelease) };
}

/** Zero as the numbers of a version have it. */
export const zero = "\x010";

/** Digits with their count before them, zeros dropped; null beyond 64 bits. */
function sortableInteger(digits: string): string | null {
  const plain = digits.length > 1 && digits.startsWith("0") ? digits.replace(/^0+(?=[0-9])/, "") : digits;
  if (plain.length > 19 && (plain.length > 20 || plain > greatestInteger)) return null;
  return String.fromCharCode(plain.length) + plain;
}

/**
 * A release is above its prereleases. Identifiers go left to right: numbers by value and below texts, texts by bytes,
 * a missing one below any (semantic versioning 11). An integer beyond 64 bits is a text.
 */
function sortablePrerelease(prerelease: string): string {
  if (prerelease === "") return "\x04";
  let order = "";
  for (const identifier of prerelease.split(".")) {
    const integer = allDigits.test(identifier) ? sortableInteger(identifier) : null;
    order += integer === null ? `\x03${identifier}\x00` : `\x02${integer}`;
  }
  return order;
}
