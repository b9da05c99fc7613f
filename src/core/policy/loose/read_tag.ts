// A tag read as a version: prefix, core and suffix (loose versioning 1).
import { findCore, isLoneV } from "./core.ts";
import { isId } from "./ids.ts";
import type { Numeral } from "./numeral.ts";
import { readSuffix, type Suffix } from "./suffix.ts";
import type { WordTable } from "./words.ts";

/** What a tag says when it is read as a version. */
export interface Reading {
  /** As written, without the `v` of the core. */
  readonly prefix: string;
  /** Whether a `v` or `V` stands directly before the core: spelling, nothing more. */
  readonly spelledWithV: boolean;
  readonly kind: "number" | "date";
  readonly parts: Numeral;
  readonly suffix: Suffix;
}

/** Reads a tag or an extracted text; null when it is not a version. */
export function readTag(tag: string, table: WordTable): Reading | null {
  const plus = tag.indexOf("+");
  const text = plus < 0 ? tag : tag.slice(0, plus);
  const core = findCore(text, table);
  if (core === null) return null;
  const spelledWithV = core.start === core.word + 1 && isLoneV(text.charAt(core.word));
  const prefixEnd = spelledWithV ? core.word : core.start;
  const prefix = prefixEnd === 0 ? "" : text.slice(0, prefixEnd);
  if (holdsId(prefix)) return null;
  return { prefix, spelledWithV, kind: core.kind, parts: core.parts, suffix: readSuffix(text, core.end, table) };
}

/** Whether the tag is a state that was not released: a prerelease, or commits after a release. */
export function isUnreleased(reading: Reading): boolean {
  return reading.suffix.prerelease.length > 0 || reading.suffix.after !== null;
}

function holdsId(prefix: string): boolean {
  // In front of the core a dot parts words on either side of a letter.
  return prefix.length >= 7 && prefix.split(/[-_]|\.(?=[A-Za-z])|(?<=[A-Za-z])\./).some((word) => isId(word));
}
