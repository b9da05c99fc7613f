// A tag read as a version: prefix, core and suffix (loose versioning 1).
import { dot, isDash, isLetter } from "./characters.ts";
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
  const spelledWithV = isLoneV(text, core.word, core.start);
  const prefix = text.slice(0, spelledWithV ? core.word : core.start);
  if (holdsId(prefix)) return null;
  return { prefix, spelledWithV, kind: core.kind, parts: core.parts, suffix: readSuffix(text, core.end, table) };
}

/** Whether the tag is a state that was not released: a prerelease, or commits after a release. */
export function isUnreleased(reading: Reading): boolean {
  return reading.suffix.prerelease.length > 0 || reading.suffix.after !== null;
}

function holdsId(prefix: string): boolean {
  if (prefix.length < 7) return false;
  let start = 0;
  for (let at = 0; at <= prefix.length; at++) {
    if (at < prefix.length && !partsWords(prefix, at)) continue;
    if (isId(prefix, start, at)) return true;
    start = at + 1;
  }
  return false;
}

/** In front of the core a dot parts words on either side of a letter. */
function partsWords(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== dot) return isDash(code);
  return isLetter(text.charCodeAt(at + 1)) || isLetter(text.charCodeAt(at - 1));
}
