// What is known of each tag before any version is read: noise, exclusions and the filter (loose versioning 6).
import type { CompiledLoose } from "./rule.ts";

/** Why a tag was taken or dropped; the first that applies (loose versioning 6). */
export const looseReasons = {
  noise: "a signature, an attestation or no tag at all",
  excluded: "excluded or skipped by name",
  filter: "the filter does not match",
  "not-a-version": "holds no version",
  prerelease: "not released yet",
  range: "outside of the range",
  "shape.prefix": "another prefix than the tag in the file",
  "shape.kind": "a date where the file holds a number, or the other way round",
  "shape.parts": "another number of parts than the tag in the file",
  "shape.flavour": "another flavour than the tag in the file",
  "shape.build": "another kind of build number than the tag in the file",
  "shape.id": "names a commit or run where the file does not, or the other way round",
  "not-newer": "not newer than the tag in the file",
  lower: "allowed, a better one won",
  selected: "the answer",
} as const satisfies Record<string, string>;

/** A code of `looseReasons`. */
export type LooseReason = keyof typeof looseReasons;

/** A tag with the text that the selector reads of it. */
export interface Candidate {
  readonly tag: string;
  readonly text: string;
}

/**
 * Tags that take part, and those that do not with the reason. Two lists side by side: an object for each of 100,000 tags
 * costs more than all the reading where the garbage collector has little memory.
 */
export interface Screened {
  readonly tags: readonly string[];
  /** What the selector reads of the tag at the same place; the very same list where nothing is extracted. */
  readonly texts: readonly string[];
  readonly dropped: ReadonlyMap<string, LooseReason>;
}

// Longer than any tag may be (distribution specification); an extracted text may repeat its groups.
const longestTag = 128;
const longestText = 1024;

/** Sorts out what takes part in no selector. Repeated and empty tags are no tags. */
export function screenTags(tags: readonly string[], rule: CompiledLoose): Screened {
  const kept: string[] = [];
  const texts = rule.extracts ? [] : kept;
  const dropped = new Map<string, LooseReason>();
  const { filtered, extracts, textOf, isExcluded } = rule;
  const mayExclude = rule.skip.size + rule.rule.exclusions.length > 0;
  for (const tag of new Set(tags)) {
    if (tag === "") continue;
    if (isNoise(tag)) {
      dropped.set(tag, "noise");
      continue;
    }
    if (mayExclude && (rule.skip.has(tag) || isExcluded(tag))) {
      dropped.set(tag, "excluded");
      continue;
    }
    if (filtered) {
      const text = textOf(tag);
      if (text === null || text.length > longestText) {
        dropped.set(tag, text === null ? "filter" : "not-a-version");
        continue;
      }
      if (extracts) texts.push(text);
    }
    kept.push(tag);
  }
  return { tags: kept, texts, dropped };
}

/** The tag in the file as the selector reads it, or null where it takes no part. Exclusions do not concern it. */
export function screenCurrent(current: string | null, rule: CompiledLoose): Candidate | null {
  if (current === null || current === "" || isNoise(current)) return null;
  const text = rule.textOf(current);
  return text === null || text.length > longestText ? null : { tag: current, text };
}

function isNoise(tag: string): boolean {
  return tag.length > longestTag || tag.startsWith("sha256-") || tag.startsWith("sha512-");
}
