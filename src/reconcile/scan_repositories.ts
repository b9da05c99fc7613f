// Step 5 of the update pass: asks registries for the tag lists that are due, and keeps what they said.
import { mapLimited } from "./map_limited.ts";
import type { Failure, Result } from "../core/model/problem.ts";
import { failure, problemOf, success } from "../core/model/problem.ts";
import { formatRepository, type Repository } from "../core/model/reference.ts";
import { formatTime } from "../core/model/time.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";

/** The list of each repository, or why it is unknown. Unknown never decides. */
export type Scans = ReadonlyMap<string, Result<readonly string[]>>;

// More would only wait in the queues of the hosts.
const atOnce = 16;

/** Lists what is due; what is not is taken from the store. */
export async function scanRepositories(
  repositories: ReadonlyMap<string, Repository>,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Scans> {
  const scans = new Map<string, Result<readonly string[]>>();
  let done = 0;
  ports.progress("scanning", 0, repositories.size);
  await mapLimited([...repositories.values()], atOnce, async (repository) => {
    scans.set(formatRepository(repository), await scanOne(repository, ports, options));
    ports.progress("scanning", ++done, repositories.size);
  });
  return scans;
}

async function scanOne(
  repository: Repository,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Result<readonly string[]>> {
  const { store, clock } = ports;
  const key = formatRepository(repository);
  const stored = store.scan(key);
  const asksNow = options.named?.has(key) ?? false;
  const mayAsk = !options.offline && (options.named === null || asksNow);
  const now = clock.now();
  const due = stored === null || asksNow || stored.lastFailure !== null ||
    stored.scannedAt + options.scanInterval <= now;
  if (!mayAsk || !due) return stored === null ? neverScanned(key, options) : success(stored.tags);
  const listed = await ports.registry.listTags(repository, null, ports.stop);
  if (!listed.ok) {
    store.saveScanFailure(key, problemOf(listed.failure), listed.failure.retryAt ?? now, now);
    ports.log.event("warning", "scan.failed", { repository: key, code: listed.failure.code });
    return { ok: false, failure: withImage(listed.failure, key) };
  }
  store.saveScan(key, { tags: listed.value.tags, scannedAt: now, dueAt: now + options.scanInterval });
  ports.log.event("debug", "scan.done", { repository: key, tags: listed.value.tags.length, at: formatTime(now) });
  return success(listed.value.tags);
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
