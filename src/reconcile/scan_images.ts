// What `magos scan` asks: the list of each repository, and where the tags in use point, due or not.
import { noHolds } from "../core/model/hold.ts";
import type { Target } from "../core/model/decision.ts";
import type { Digest } from "../core/model/digest.ts";
import { type Problem, problemOf } from "../core/model/problem.ts";
import { formatRepository, type ImageReference, type Repository } from "../core/model/reference.ts";
import type { Time } from "../core/model/time.ts";
import { followedTag, needsTagList, rankTags } from "../core/policy/rank.ts";
import { resolveTag } from "./gather.ts";
import { mapInLanes } from "./map_in_lanes.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import { type ListOrder, scanRepositories, type Scans } from "./scan_repositories.ts";

/** One repository to ask, and the tags whose digests are wanted. */
export interface ScanOrder {
  readonly repository: Repository;
  readonly tags: readonly WantedTag[];
  /** The values that follow it; the first whose policy chooses among tags says which is the newest. */
  readonly targets: readonly Target[];
}

/** A tag, and what a file holds with it. */
export interface WantedTag {
  readonly tag: string;
  readonly current: ImageReference;
}

/** What a registry said of one repository. */
export interface ScannedImage {
  /** `host/path`, the form that problems name. */
  readonly image: string;
  /** The last complete list, in the registry's order. */
  readonly tags: readonly string[];
  /** False when asking failed this time: the list is an older one, or none. */
  readonly complete: boolean;
  readonly scannedAt: Time | null;
  readonly digests: ReadonlyMap<string, Digest>;
  /** What the policy of a value in use would take of the list; null when none chooses. */
  readonly newest: string | null;
  readonly problems: readonly Problem[];
}

/** The orders of all values in use, one for each repository. */
export function ordersOf(targets: readonly Target[]): readonly ScanOrder[] {
  return joinOrders(targets.map((target) => ({
    repository: target.repository,
    tags: tagsInUse(target).map((tag) => ({ tag, current: target.current })),
    targets: [target],
  })));
}

/** One order for each repository, in order of name, each tag once. */
export function joinOrders(orders: readonly ScanOrder[]): readonly ScanOrder[] {
  const joined = new Map<string, ScanOrder>();
  for (const order of orders) {
    const key = formatRepository(order.repository);
    const before = joined.get(key) ?? { ...order, tags: [], targets: [] };
    const fresh = order.tags.filter(({ tag }) => !before.tags.some((it) => it.tag === tag));
    joined.set(key, {
      ...before,
      tags: [...before.tags, ...fresh],
      targets: [...before.targets, ...order.targets],
    });
  }
  return [...joined].sort(([a], [b]) => a < b ? -1 : 1).map(([, order]) => order);
}

/** Asks and keeps what was said, by the same code as a pass. One image that fails does not stop the others. */
export async function scanImages(
  orders: readonly ScanOrder[],
  ports: DecidePorts,
  { scanInterval, ages }: Pick<DecideOptions, "scanInterval" | "ages">,
): Promise<readonly ScannedImage[]> {
  const byKey = new Map(orders.map((order) => [formatRepository(order.repository), order]));
  const options: DecideOptions = {
    scanInterval,
    ...ages === undefined ? {} : { ages },
    startedAt: ports.clock.now(),
    newestTime: ports.store.newestTime(),
    offline: false,
    named: new Set(byKey.keys()),
    hurried: new Map(),
    holds: noHolds,
  };
  for (const { repository } of byKey.values()) ports.registry.forget(repository);
  const lists = new Map([...byKey].map(([key, order]) => [key, listOrderOf(order)]));
  const scans = await scanRepositories(lists, ports, options);
  let done = 0;
  ports.progress("checking", 0, byKey.size);
  return await mapInLanes([...byKey], ([, { repository }]) => repository.host, async ([key, order]) => {
    const scan = scans.get(key);
    const failed = scan === undefined || scan.ok ? null : scan.failure;
    const problems: Problem[] = failed === null ? [] : [problemOf(failed)];
    // A host that refused the list would refuse the rest too; a list too large for us says nothing about single tags.
    const mayAsk = failed === null || failed.code === "registry.too_large";
    const resolved = mayAsk ? await resolveAll(order, scans, ports, options) : { digests: new Map(), problems: [] };
    ports.progress("checking", ++done, byKey.size);
    const stored = ports.store.scan(key);
    const tags = stored?.tags ?? [];
    return {
      image: key,
      tags,
      complete: failed === null,
      scannedAt: stored?.scannedAt ?? null,
      digests: resolved.digests,
      newest: newestOf(order.targets, tags),
      problems: [...problems, ...resolved.problems],
    };
  });
}

async function resolveAll(
  { repository, tags }: ScanOrder,
  scans: Scans,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Pick<ScannedImage, "digests" | "problems">> {
  const digests = new Map<string, Digest>();
  const problems: Problem[] = [];
  for (const { tag, current } of tags) {
    const resolved = await resolveTag({ repository, current }, tag, scans, ports, options);
    if (resolved.ok) digests.set(tag, resolved.value);
    else problems.push(problemOf(resolved.failure));
  }
  return { digests, problems };
}

function listOrderOf({ repository, targets }: ScanOrder): ListOrder {
  return { repository, held: targets.filter(needsTagList).flatMap(({ current }) => current.tag ?? []) };
}

function tagsInUse(target: Target): readonly string[] {
  if (!needsTagList(target)) return [followedTag(target)];
  return target.current.tag === null ? [] : [target.current.tag];
}

function newestOf(targets: readonly Target[], tags: readonly string[]): string | null {
  const choosing = targets.find(needsTagList);
  if (choosing === undefined || tags.length === 0) return null;
  const ranking = rankTags(choosing, tags);
  return ranking.ok ? ranking.value.newest : null;
}
