// Numbers that Flux compares as text, so that `rc10` ranks below `rc9` and, alphabetically, `v10` below `v9`.
import { compareNaturally } from "../loose/natural.ts";
import { type FluxVersion, parseVersion } from "./parse_version.ts";
import { looseSwitch, type Situation } from "./situation.ts";

/** Names the greatest tag of the answer's own form that only digits read as text put below it. */
export function digitsAsTextNote({ ranking, rule }: Situation): string | null {
  const answer = ranking.ranked[0];
  if (answer === undefined || rule.rule.kind === "numerical") return null;
  const version = rule.range === null ? null : parseVersion(answer.key);
  if (version !== null && version.prerelease === "") return null;
  const form = formOf(answer.key);
  let best = answer;
  for (const entry of ranking.ranked) {
    // Best first: with the first entry of other numbers the versions of the answer's prerelease line end.
    if (version !== null && !isOfLine(parseVersion(entry.key), version)) break;
    // Digits of one length are in the same order as text and as numbers.
    if (entry.key.length === answer.key.length || formOf(entry.key) !== form) continue;
    const order = compareNaturally(entry.key, best.key);
    if (rule.descending ? order < 0 : order > 0) best = entry;
  }
  if (best === answer) return null;
  const where = rule.range === null ? "alphabetical compares" : "Flux compares the words of a prerelease";
  return `${where} as text, so ${answer.tag} wins over ${best.tag}; ${looseSwitch} compares their numbers`;
}

function isOfLine(version: FluxVersion | null, line: FluxVersion): boolean {
  return version?.major === line.major && version.minor === line.minor && version.patch === line.patch;
}

function formOf(key: string): string {
  return key.replace(/[0-9]+/g, "0");
}
