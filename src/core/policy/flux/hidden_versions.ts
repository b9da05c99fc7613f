// Versions of two, four or more parts, which Flux does not read: the greatest one that it passes over.
import { compareNaturally } from "../loose/natural.ts";
import { compareVersions } from "./compare_version.ts";
import { type FluxVersion, parseLooseVersion, parseVersion } from "./parse_version.ts";
import { askRange, type FluxRange } from "./range.ts";
import { looseSwitch, type Situation } from "./situation.ts";

const numbers = /^v?([0-9]+(?:\.[0-9]+)+)(?:[-_+].*)?$/;
/** Words by which publishers mark what is not released yet. */
export const unreleased =
  /[-_.](?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|edge|next|test|a|b|m)[0-9.]*(?:[-_.]|$)/i;

/** Tells of tags in the range that are above Flux's answer, or stand without one, and that only their parts keep out. */
export function hiddenVersionsNote({ filtered, ranking, rule }: Situation): string | null {
  if (rule.range === null) return null;
  const answer = ranking.ranked[0];
  const reached = answer === undefined ? null : parseVersion(answer.key);
  let count = 0;
  let greatest: { readonly tag: string; readonly key: string } | null = null;
  for (const entry of filtered.entries) {
    if (ranking.dropped.get(entry.key) !== "not-a-version" || !isHidden(entry.key, rule.range, reached)) continue;
    count++;
    if (greatest === null || compareNaturally(entry.key, greatest.key) > 0) greatest = entry;
  }
  if (greatest === null) return null;
  const others = count === 1 ? "" : ` and ${count - 1} more`;
  const above = answer === undefined ? "" : `, though above ${answer.tag}`;
  return `Flux reads versions of three parts only and does not see ${greatest.tag}${others}${above}; ${looseSwitch} ` +
    "reads any number of parts";
}

function isHidden(key: string, range: FluxRange, reached: FluxVersion | null): boolean {
  const parts = numbers.exec(key)?.[1]?.split(".") ?? [];
  if (parts.length < 2 || parts.length === 3 || unreleased.test(key)) return false;
  const version = parseLooseVersion(parts.slice(0, 3).join("."));
  if (version === null || askRange(range, version) !== null) return false;
  const above = reached === null ? 1 : compareVersions(version, reached);
  // With the first three parts equal, a fourth makes it a later build of the answer; a missing third does not.
  return above > 0 || (above === 0 && parts.length > 3);
}
