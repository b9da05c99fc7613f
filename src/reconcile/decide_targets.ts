// Steps 5 and 6 of the update pass: all targets to their decisions, each asking no more than it must.
import type { Decision, Target } from "../core/model/decision.ts";
import { formatRepository, type Repository } from "../core/model/reference.ts";
import { needsTagList } from "../core/policy/rank.ts";
import { decide } from "./decide.ts";
import { mapLimited } from "./map_limited.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import { scanRepositories } from "./scan_repositories.ts";

const repositoriesAtOnce = 16;

/** Decides all targets; the answer is in their order. One that fails does not stop the others. */
export async function decideTargets(
  targets: readonly Target[],
  ports: DecidePorts,
  options: DecideOptions,
): Promise<readonly Decision[]> {
  const listed = new Map<string, Repository>();
  for (const target of targets.filter(needsTagList)) listed.set(formatRepository(target.repository), target.repository);
  const scans = await scanRepositories(listed, ports, options);
  ports.log.event("debug", "update.step", { step: "scanned" });
  const decisions = new Map<Target, Decision>();
  ports.progress("checking", 0, targets.length);
  // Targets of one repository one after the other: what the first one learned is not asked again.
  await mapLimited(groupsOf(targets), repositoriesAtOnce, async (group) => {
    for (const target of group) {
      decisions.set(target, await decide(target, scans, ports, options));
      ports.progress("checking", decisions.size, targets.length);
    }
  });
  ports.log.event("debug", "update.step", { step: "decided" });
  return targets.flatMap((target) => decisions.get(target) ?? []);
}

function groupsOf(targets: readonly Target[]): readonly (readonly Target[])[] {
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const key = formatRepository(target.repository);
    groups.set(key, [...groups.get(key) ?? [], target]);
  }
  return [...groups.values()];
}
