// Which of two versions is the greater (loose versioning 2). The seven rules become one text per version, so that
// comparing is comparing texts: a total order by construction, and fast for long lists.
import { compareIntegers, integerKey, numeralKey, optionalKey } from "./numeral.ts";
import type { Reading } from "./read_tag.ts";
import type { Suffix } from "./suffix.ts";
import { operatingSystems } from "./words.ts";

/** A version's place in the order. */
export interface Rank {
  /** Sorts by rules 1 to 6. */
  readonly key: string;
  /** The ids that order (rule 7), as plain integers. */
  readonly ids: readonly string[];
}

/** Rules 2 and 3 for a release: what a bound without a suffix compares with. */
export const releaseStage = "1\0\0";

const plainTail = `${releaseStage}\0\0\0`;

/** The place of a version in the order. */
export function rankOf(reading: Reading): Rank {
  const suffix = reading.suffix;
  return {
    key: numeralKey(reading.parts) + tailKey(suffix),
    ids: suffix.ids.length === 0 ? noIds : suffix.ids.flatMap((id) => id.order ?? []),
  };
}

/** A text that sorts by stage, prerelease words and commits after the release: rules 2 and 3. */
export function stageKey(suffix: Pick<Suffix, "prerelease" | "after">): string {
  const stage = suffix.prerelease.length > 0 ? "0" : suffix.after === null ? "1" : "2";
  const words = suffix.prerelease.map((word) => `\x01${word.rank}${optionalKey(word.number)}`).join("");
  return `${stage}${words}\0${optionalKey(suffix.after)}`;
}

/**
 * Compares by the seven rules; positive when `a` is the greater. Ids are compared only where both sides have one that
 * orders: a commit is neither before nor after a date.
 */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  for (let at = 0; at < Math.min(a.ids.length, b.ids.length); at++) {
    const difference = compareIntegers(a.ids[at] ?? "0", b.ids[at] ?? "0");
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The whole rank as one text, ids that do not order below those that do: sorting a list needs a total order. */
export function sortKey(rank: Rank): string {
  return rank.ids.length === 0
    ? `${rank.key}\0`
    : `${rank.key}${rank.ids.map((id) => `\x01${integerKey(id)}`).join("")}\0`;
}

const noIds: readonly string[] = [];

function tailKey(suffix: Suffix): string {
  const { prerelease, after, fix, build, flavour } = suffix;
  if (prerelease.length + fix.length + build.length + flavour.length === 0 && after === null) return plainTail;
  const fixes = fix.map((number) => `\x01${optionalKey(number)}`).join("");
  const builds = build.map(({ number }) => `\x01${optionalKey(number)}`).join("");
  return `${stageKey(suffix)}${fixes}\0${builds}\0${systemsKey(suffix)}\0`;
}

function systemsKey(suffix: Suffix): string {
  const systems = suffix.flavour.filter((flavour) => operatingSystems.has(flavour.name));
  if (systems.length > 1) systems.sort((a, b) => (a.name < b.name ? -1 : 1));
  return systems.map(({ numbers }) => `\x01${numbers.map((number) => `\x01${numeralKey(number)}`).join("")}\0`).join(
    "",
  );
}
