// A tag as the selector by version sees it: read, asked whether the range takes it, and given its place.
import { compareNumerals } from "./numeral.ts";
import { compareRanks, type Rank, rankOf, sortKey } from "./order.ts";
import { askRange, type RangeAnswer } from "./range.ts";
import type { Ranked } from "./ranking.ts";
import { type Reading, readTag } from "./read_tag.ts";
import type { CompiledLoose } from "./rule.ts";
import type { Candidate } from "./screen.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** A tag with its form and its place in the order. The reading is not kept: a list may hold 100,000. */
export interface Version extends Ranked, Rank {
  readonly shape: Shape;
}

/** The tag in the file, which sets the shape. */
export interface Held extends Version {
  readonly reading: Reading;
  readonly spelledWithV: boolean;
}

/** Reads the tag in the file; null when it is no version, and then there is no shape. */
export function readHeld(current: Candidate | null, rule: CompiledLoose): Held | null {
  const reading = current === null ? null : readTag(current.text, rule.words);
  if (current === null || reading === null) return null;
  const own = rule.extracts ? readTag(current.tag, rule.words) : reading;
  const version = placeVersion(current.tag, reading, rule, null);
  return { ...version, reading, spelledWithV: (own ?? reading).spelledWithV };
}

/** Why a version is not taken by prerelease rule and range, or null when it is. */
export function askAbout(reading: Reading, rule: CompiledLoose, held: Held | null): RangeAnswer {
  const continues = held !== null && held.reading.suffix.prerelease.length > 0 &&
    compareNumerals(reading.parts, held.reading.parts) === 0;
  return askRange(rule.range, reading, rule.rule.prerelease, continues);
}

/** Adds form and place. Where the version is extracted, the form is still that of the tag (loose versioning 6). */
export function placeVersion(
  tag: string,
  reading: Reading,
  rule: CompiledLoose,
  held: Held | null,
): Version {
  const own = rule.extracts ? readTag(tag, rule.words) : reading;
  const rank = rankOf(reading);
  return {
    tag,
    key: rank.key,
    systems: rank.systems,
    ids: rank.ids,
    shape: shapeOf(own, reading),
    sort: sortKey(rank),
    partCount: reading.parts.length,
    spelledAlike: held === null || held.spelledWithV === (own ?? reading).spelledWithV,
  };
}

/** Whether `a` comes after `b` in the order of the rule; false where they are equal by it. */
export function isNewer(a: Version, b: Version, rule: CompiledLoose): boolean {
  const difference = compareRanks(a, b);
  return rule.descending ? difference < 0 : difference > 0;
}
