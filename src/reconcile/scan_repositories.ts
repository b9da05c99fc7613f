// Step 5 of the update pass: asks registries for the tag lists that are due, and keeps what they said.
import { mapInLanes } from "./map_in_lanes.ts";
import type { Failure, Result } from "../core/model/problem.ts";
import { failure, problemOf, success } from "../core/model/problem.ts";
import { formatRepository, type Repository } from "../core/model/reference.ts";
import { formatTime, type Time } from "../core/model/time.ts";
import type { TagFact } from "../core/ports/registry.ts";
import type { ScanFailure, StoredScan } from "../core/ports/store.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";

/** One repository whose list is wanted. */
export interface ListOrder {
  readonly repository: Repository;
  /** Tags that files hold: whether they are still listed is watched. */
  readonly held: readonly string[];
}

/** A complete list. */
export interface ScannedList {
  readonly tags: readonly string[];
  /** What the registry said of tags beside their names, in this very pass. */
  readonly facts: ReadonlyMap<string, TagFact>;
}

/** The list of each repository, or why it is unknown. Unknown never decides. */
export type Scans = ReadonlyMap<string, Result<ScannedList>>;

// A registry that wants a longer wait than this is asked once a day, and so is one noted by a clock that was ahead.
const longestWait = 24 * 60 * 60_000;
const noFacts: ReadonlyMap<string, TagFact> = new Map();

/** Lists what is due; what is not is taken from the store. Keys are those of `formatRepository`. */
export async function scanRepositories(
  orders: ReadonlyMap<string, ListOrder>,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Scans> {
  const scans = new Map<string, Result<ScannedList>>();
  let done = 0;
  ports.progress("scanning", 0, orders.size);
  await mapInLanes([...orders.values()], ({ repository }) => repository.host, async (order) => {
    scans.set(formatRepository(order.repository), await scanOne(order, ports, options));
    ports.progress("scanning", ++done, orders.size);
  });
  return scans;
}

async function scanOne(order: ListOrder, ports: DecidePorts, options: DecideOptions): Promise<Result<ScannedList>> {
  const { store, clock } = ports;
  const key = formatRepository(order.repository);
  const stored = store.scan(key);
  const asksNow = options.named?.has(key) ?? false;
  const mayAsk = !options.offline && (options.named === null || asksNow);
  const now = clock.now();
  const failed = store.scanFailure(key);
  if (!mayAsk) return stored === null ? neverScanned(key, options) : success({ tags: stored.tags, facts: noFacts });
  if (!asksNow && failed !== null && waits(failed, now)) return stillFailing(failed, key);
  if (!asksNow && failed === null && stored !== null && isFresh(stored, now, listAge(key, options))) {
    return success({ tags: stored.tags, facts: noFacts });
  }
  return await ask(order, stored, ports, options);
}

async function ask(
  { repository, held }: ListOrder,
  stored: StoredScan | null,
  { registry, store, clock, log, stop }: DecidePorts,
  options: DecideOptions,
): Promise<Result<ScannedList>> {
  const key = formatRepository(repository);
  const now = clock.now();
  const listed = await registry.listTags(repository, stored, stop);
  if (!listed.ok) {
    store.saveScanFailure(key, problemOf(listed.failure), listed.failure.retryAt ?? now, now);
    log.event("warning", "scan.failed", { repository: key, code: listed.failure.code });
    return { ok: false, failure: withImage(listed.failure, key) };
  }
  const { tags, full, cursor, facts } = listed.value;
  store.saveScan(key, { tags, scannedAt: now, dueAt: now + listAge(key, options), full, cursor, held });
  log.event("debug", "scan.done", { repository: key, tags: tags.length, full, at: formatTime(now) });
  return success({ tags, facts });
}

/** How old the list of a repository may be. */
function listAge(key: string, { ages, scanInterval }: DecideOptions): number {
  return ages?.get(key)?.scan ?? scanInterval;
}

/** Whether the list is young enough. One from a time that has not come yet is as old as any. */
function isFresh({ scannedAt }: StoredScan, now: Time, age: number): boolean {
  return scannedAt <= now && scannedAt + age > now;
}

/**
 * Whether the registry said when to ask again, and it is not yet that time. A refusal is the registry port's own to
 * remember: it knows when another account asks.
 */
function waits({ problem, dueAt }: ScanFailure, now: Time): boolean {
  const isRefusal = problem.code === "registry.unauthorized" || problem.code === "registry.not_found";
  return !isRefusal && dueAt > now && dueAt - now <= longestWait;
}

function stillFailing({ problem, dueAt }: ScanFailure, image: string): Result<never> {
  const { severity: _severity, ...rest } = problem;
  return { ok: false, failure: withImage({ retry: "later", ...rest, retryAt: dueAt }, image) };
}

function neverScanned(image: string, options: DecideOptions): Result<never> {
  return failure("registry.never_scanned", `${image} has never been scanned, so nothing can be decided`, {
    image,
    retry: "later",
    cure: options.offline ? "run magos plan once without --offline" : "run magos plan without naming images",
  });
}

function withImage(failed: Failure, image: string): Failure {
  return { image, ...failed };
}
