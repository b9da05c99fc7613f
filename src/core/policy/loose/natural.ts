// The order of plain names, where `10` comes after `9` (loose versioning 2).

/**
 * A text that sorts by bytes as the name does naturally: runs of digits as integers, all else by byte, a longer text
 * above its beginning. Names that differ only in leading zeros have the same key.
 */
export function naturalKey(name: string): string {
  // The leading "0" keeps a run where its digits stand among other bytes; then the longer run is the greater.
  return name.replace(/0*(\d+)/g, (_, digits: string) => `0${String.fromCharCode(digits.length)}${digits}`);
}

/** Compares two names naturally, then by bytes: only equal names are equal. */
export function compareNaturally(a: string, b: string): number {
  return compareTexts(naturalKey(a), naturalKey(b)) || compareTexts(a, b);
}

/** Compares by code units, which for tags is by bytes. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
