// The selector `semver`: the greatest version in the range (Flux semantics 1.4).
import type { Entry } from "./filter.ts";
import { compareVersions } from "./compare_version.ts";
import { type FluxVersion, parseVersion } from "./parse_version.ts";
import { askRange, type FluxRange } from "./range.ts";
import { type Ranked, type Ranking, standingOf } from "./ranked.ts";
import type { FluxReason } from "./reasons.ts";

/**
 * Ranks versions, greatest first. Equal ones stay in the order of the entries, so the greatest tag by bytes wins:
 * `v1.0.0` over `1.0.0`. That is Flux's answer without a filter, and one of Flux's random answers with one.
 */
export function rankBySemver(entries: readonly Entry[], range: FluxRange, current: string | null): Ranking {
  const held = current === null ? null : parseVersion(current);
  const dropped = new Map<string, FluxReason>();
  // Grouped by order, so that sorting compares plain texts and needs no function, which is slow without a compiler.
  const groups = new Map<string, { readonly version: FluxVersion; readonly entries: Entry[] }>();
  for (const entry of entries) {
    const version = parseVersion(entry.key);
    const reason = version === null ? "not-a-version" : askRange(range, version);
    if (version === null || reason !== null) {
      dropped.set(entry.key, reason ?? "range");
      continue;
    }
    const group = groups.get(version.order);
    if (group === undefined) groups.set(version.order, { version, entries: [entry] });
    else group.entries.push(entry);
  }
  const ranked: Ranked[] = [];
  const orders = [...groups.keys()].sort().reverse();
  for (const order of orders) {
    const group = groups.get(order);
    if (group === undefined) continue;
    const standing = held === null ? null : standingOf(compareVersions(group.version, held));
    for (const { key, tag } of group.entries) ranked.push({ key, tag, standing });
  }
  const tied = groups.get(orders[0] ?? "")?.entries.slice(1).map(({ key }) => key) ?? [];
  return { ranked, dropped, tied, failure: null };
}
