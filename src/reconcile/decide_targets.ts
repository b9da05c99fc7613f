// Steps 5 and 6 of the update pass: all targets to their decisions, each asking no more than it must.
import type { Decision, Target } from "../core/model/decision.ts";
import { formatRepository, type Repository } from "../core/model/reference.ts";
import { type Course, findLocksteps, lowerCourse, planCourse } from "../core/plan/lockstep.ts";
import type { Limit } from "../core/policy/limit_ranking.ts";
import { needsTagList } from "../core/policy/rank.ts";
import { decide, rankFor } from "./decide.ts";
import { mapInLanes } from "./map_in_lanes.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import { type ListOrder, scanRepositories, type Scans } from "./scan_repositories.ts";

/** How often members that go in step are brought back to the slowest; who is not in step then, stays (settleGroups). */
const mostRounds = 10;

/** Decides all targets; the answer is in their order. One that fails does not stop the others. */
export async function decideTargets(
  targets: readonly Target[],
  ports: DecidePorts,
  options: DecideOptions,
): Promise<readonly Decision[]> {
  for (const { repository } of targets) {
    if (options.named?.has(formatRepository(repository))) ports.registry.forget(repository);
  }
  const scans = await scanRepositories(listOrders(targets), ports, options);
  ports.log.event("debug", "update.step", { step: "scanned" });
  const decisions = new Map<Target, Decision>();
  ports.progress("checking", 0, targets.length);
  const decideSome = async (some: readonly Target[], limits: ReadonlyMap<Target, Limit>): Promise<void> => {
    // Targets of one repository one after the other: what the first one learned is not asked again.
    await mapInLanes(groupsOf(some), hostOf, async (group) => {
      for (const target of group) {
        decisions.set(target, await decide(target, scans, ports, options, limits.get(target)));
        ports.progress("checking", decisions.size, targets.length);
      }
    });
  };
  let courses = findLocksteps(targets).map((step) => planCourse(step, (target) => candidatesOf(target, scans)));
  await decideSome(targets, limitsOf(courses));
  // Who was held back by a gate of his own holds back those that go in step with him.
  for (let round = 0; round < mostRounds && courses.length > 0; round++) {
    courses = courses.flatMap((course) => lowerCourse(course, decisions) ?? []);
    const limits = limitsOf(courses);
    await decideSome([...limits.keys()], limits);
  }
  ports.log.event("debug", "update.step", { step: "decided" });
  return targets.flatMap((target) => decisions.get(target) ?? []);
}

function candidatesOf(target: Target, scans: Scans): readonly string[] {
  const ranking = rankFor(target, scans);
  return ranking.ok ? ranking.value.candidates : [];
}

function limitsOf(courses: readonly Course[]): ReadonlyMap<Target, Limit> {
  return new Map(courses.flatMap(({ limits }) => [...limits]));
}

/** One order for each repository whose policies choose among tags, with the tags that files hold of it. */
function listOrders(targets: readonly Target[]): ReadonlyMap<string, ListOrder> {
  const orders = new Map<string, { readonly repository: Repository; readonly held: string[] }>();
  for (const { repository, current } of targets.filter(needsTagList)) {
    const key = formatRepository(repository);
    const order = orders.get(key) ?? { repository, held: [] };
    if (current.tag !== null) order.held.push(current.tag);
    orders.set(key, order);
  }
  return orders;
}

function hostOf([first]: readonly Target[]): string {
  return first?.repository.host ?? "";
}

function groupsOf(targets: readonly Target[]): readonly (readonly Target[])[] {
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const key = formatRepository(target.repository);
    groups.set(key, [...groups.get(key) ?? [], target]);
  }
  return [...groups.values()];
}
