// What a candidate is: where its tag points now, and what stands behind that digest. Asks only what is not known.
import type { Target } from "../core/model/decision.ts";
import type { Digest } from "../core/model/digest.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { formatRepository } from "../core/model/reference.ts";
import { notBefore } from "../core/policy/clock.ts";
import type { Content, TagFact } from "../core/ports/registry.ts";
import type { NewSighting } from "../core/ports/store.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";
import type { Scans } from "./scan_repositories.ts";

/** Whose tag is asked for: enough of a target. */
export type TagOwner = Pick<Target, "repository" | "current">;

/**
 * Where the tag points, from the store while that is fresh, else from the registry; new sightings are kept. A list of
 * this pass that names the digest that is known already spares the question.
 */
export async function resolveTag(
  target: TagOwner,
  tag: string,
  scans: Scans,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Result<Digest>> {
  const { store, clock } = ports;
  const key = formatRepository(target.repository);
  const stored = store.tag(key, tag);
  const now = clock.now();
  const asksNow = options.named?.has(key) ?? false;
  const mayAsk = !options.offline && (options.named === null || asksNow);
  if (stored !== null && (!mayAsk || isFresh(stored.checkedAt, asksNow, now, key, options))) {
    return success(stored.digest);
  }
  if (!mayAsk) return neverResolved(key, tag);
  const fact = factOf(scans, key, tag);
  const seen = (origin: NewSighting["origin"], pushedAt: Time | null): NewSighting => ({
    firstSeen: notBefore(now, options.newestTime),
    pushedAt,
    origin,
  });
  if (stored !== null && fact?.digest === stored.digest) {
    store.saveTag(key, tag, stored.digest, now, seen("list", fact.pushedAt));
    return success(stored.digest);
  }
  const known = stored?.digest ?? (tag === target.current.tag ? target.current.digest : null);
  const resolved = await ports.registry.resolve(target.repository, tag, known, ports.stop);
  if (!resolved.ok) {
    // An answer that is said again, and so comes with a time, is no new look.
    const isLook = resolved.failure.code === "registry.not_found" && resolved.failure.retryAt === undefined;
    if (isLook) store.saveMissing(key, tag, now);
    return { ok: false, failure: { image: `${key}:${tag}`, ...resolved.failure } };
  }
  const { digest, content, pushedAt } = resolved.value;
  // The server's time is that of one digest: another one's says nothing of this (registries.md 3.6).
  store.saveTag(key, tag, digest, now, seen("resolve", pushedAt ?? (fact?.digest === digest ? fact.pushedAt : null)));
  if (content !== null && !content.partial) store.saveContent(content);
  return success(digest);
}

function factOf(scans: Scans, key: string, tag: string): TagFact | null {
  const scan = scans.get(key);
  return scan?.ok ? scan.value.facts.get(tag) ?? null : null;
}

/** An answer of this very pass is fresh whatever the interval; an image that was named wants no older one. */
function isFresh(checkedAt: Time, asksNow: boolean, now: Time, key: string, options: DecideOptions): boolean {
  if (checkedAt > now) return false;
  const own = options.ages?.get(key);
  const age = own?.digest ?? own?.scan ?? options.scanInterval;
  return checkedAt >= options.startedAt || (!asksNow && checkedAt + age > now);
}

/** What stands behind a digest; fetched once in its life. */
export async function contentOf(
  target: Target,
  digest: Digest,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Result<Content>> {
  const kept = ports.store.content(digest);
  if (kept !== null) return success(kept);
  const key = formatRepository(target.repository);
  if (options.offline) return neverResolved(key, digest);
  const inspected = await ports.registry.inspect(target.repository, digest, ports.stop);
  if (!inspected.ok) return { ok: false, failure: { image: `${key}@${digest}`, ...inspected.failure } };
  if (!inspected.value.partial) ports.store.saveContent(inspected.value);
  return inspected;
}

function neverResolved(key: string, what: string): Result<never> {
  return failure("registry.never_scanned", `${key}: ${what} has never been asked for`, {
    image: key,
    retry: "later",
    cure: "run magos plan once without --offline and without naming images",
  });
}
