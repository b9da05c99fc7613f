// Which of two versions is the greater (loose versioning 2). The seven rules become one text per version, so that
// comparing is comparing texts: a total order by construction, and fast for long lists.
import { compareIntegers, integerKey, type Numeral, numeralKey, optionalKey } from "./numeral.ts";
import { compareTexts } from "./natural.ts";
import type { Reading } from "./read_tag.ts";
import type { Flavour, Suffix } from "./suffix.ts";
import { operatingSystems } from "./words.ts";

/** A version's place in the order. */
export interface Rank {
  /** Sorts by rules 1 to 5. */
  readonly key: string;
  /** The operating system words (rule 6), sorted by name. */
  readonly systems: readonly Flavour[];
  /** The ids that order (rule 7), as plain integers. */
  readonly ids: readonly string[];
}

/** Rules 2 and 3 for a release: what a bound without a suffix compares with. */
export const releaseStage = "1\0\0";

const plainTail = `${releaseStage}\0\0`;

/** The place of a version in the order. */
export function rankOf(reading: Reading): Rank {
  const suffix = reading.suffix;
  return {
    key: numeralKey(reading.parts) + tailKey(suffix),
    systems: suffix.flavour.length === 0 ? none : systemsOf(suffix.flavour),
    ids: suffix.ids.length === 0 ? none : suffix.ids.flatMap((id) => id.order ?? []),
  };
}

/** A text that sorts by stage, prerelease words and commits after the release: rules 2 and 3. */
export function stageKey(suffix: Pick<Suffix, "prerelease" | "after">): string {
  const stage = suffix.prerelease.length > 0 ? "0" : suffix.after === null ? "1" : "2";
  const words = suffix.prerelease.map((word) => `\x01${word.rank}${optionalKey(word.number)}`).join("");
  return `${stage}${words}\0${optionalKey(suffix.after)}`;
}

/**
 * Compares by the seven rules; positive when `a` is the greater. Systems and ids are compared only where both sides have
 * one: `1.3-alpine3.20` is no newer than `1.3`, and a commit is neither before nor after a date.
 */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  const systems = compareSystems(a.systems, b.systems);
  if (systems !== 0) return systems;
  for (let at = 0; at < Math.min(a.ids.length, b.ids.length); at++) {
    const difference = compareIntegers(a.ids[at] ?? "0", b.ids[at] ?? "0");
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares the systems that both sides name; both lists are sorted by name. */
function compareSystems(a: readonly Flavour[], b: readonly Flavour[]): number {
  for (let left = 0, right = 0; left < a.length && right < b.length;) {
    const [one, other] = [a[left], b[right]];
    const names = compareTexts(one?.name ?? "", other?.name ?? "");
    const difference = names === 0 ? compareTexts(numbersKey(one?.numbers ?? []), numbersKey(other?.numbers ?? [])) : 0;
    if (difference !== 0) return difference;
    if (names <= 0) left++;
    if (names >= 0) right++;
  }
  return 0;
}

/** The whole rank as one text; a system or an id that is missing is the lowest, for sorting needs a total order. */
export function sortKey({ key, systems, ids }: Rank): string {
  if (systems.length === 0 && ids.length === 0) return key;
  const versions = systems.map(({ numbers }) => `\x01${numbersKey(numbers)}`).join("");
  return `${key}${versions}\0${ids.map((id) => `\x01${integerKey(id)}`).join("")}`;
}

const none: readonly never[] = [];

function tailKey(suffix: Suffix): string {
  const { prerelease, after, fix, build } = suffix;
  if (prerelease.length + fix.length + build.length === 0 && after === null) return plainTail;
  const fixes = fix.map((number) => `\x01${optionalKey(number)}`).join("");
  const builds = build.map(({ number }) => `\x01${optionalKey(number)}`).join("");
  return `${stageKey(suffix)}${fixes}\0${builds}\0`;
}

function systemsOf(flavours: readonly Flavour[]): readonly Flavour[] {
  const systems = flavours.filter(({ name }) => operatingSystems.has(name));
  return systems.length < 2 ? systems : systems.sort((a, b) => compareTexts(a.name, b.name));
}

function numbersKey(numbers: readonly Numeral[]): string {
  return `${numbers.map((number) => `\x01${numeralKey(number)}`).join("")}\0`;
}
