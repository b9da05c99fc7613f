// Where Flux reads no version at all, or reads one that is another flavour than the tag in the file.
import { unreleased } from "./hidden_versions.ts";
import { looseSwitch, type Situation } from "./situation.ts";

/** Tells that what passes the filter is no version to Flux: a prefix such as `release-`, a date, a single number. */
export function noVersionNote({ filtered, ranking, rule }: Situation): string | null {
  // An extract that gives nothing is a slip of its own, and told as one.
  if (filtered.entries.every(({ key }) => key === "")) return null;
  if (rule.range === null || ranking.ranked.length > 0 || filtered.entries.length === 0) return null;
  const unread = filtered.entries.filter(({ key }) => ranking.dropped.get(key) === "not-a-version");
  if (unread.length < filtered.entries.length) return null;
  const count = unread.length === 1 ? "the 1 tag that passes" : `none of the ${unread.length} tags that pass`;
  const is = unread.length === 1 ? "is no version" : "is a version";
  return `${count} ${is} to Flux, so nothing ever moves; extract the version by filterTags.extract, or let ` +
    `${looseSwitch} read prefixes, dates and builds`;
}

const suffixed = /^v?[0-9]+(?:\.[0-9]+)*(-[A-Za-z][0-9A-Za-z]*)$/;

/** Tells that the answer leaves the flavour of the tag in the file, though there are newer tags of that flavour. */
export function lostSuffixNote({ filtered, ranking, rule, held }: Situation): string | null {
  const answer = ranking.ranked[0];
  if (rule.range === null || rule.extracts || answer === undefined || held === null) return null;
  const suffix = suffixed.exec(held)?.[1];
  if (suffix === undefined || unreleased.test(held) || answer.tag.endsWith(suffix)) return null;
  const kin = filtered.entries.filter(({ tag }) => tag.endsWith(suffix) && tag !== held);
  if (kin.length === 0) return null;
  return `${answer.tag} is not of the flavour "${suffix}" that ${held} is of: to Flux a suffix is a prerelease; ` +
    `${looseSwitch} keeps flavours`;
}
