// What a candidate is: where its tag points now, and what stands behind that digest. Asks only what is not known.
import type { Target } from "../core/model/decision.ts";
import type { Digest } from "../core/model/digest.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { formatRepository } from "../core/model/reference.ts";
import type { Content } from "../core/ports/registry.ts";
import type { DecideOptions, DecidePorts } from "./pass_ports.ts";

/** Whose tag is asked for: enough of a target. */
export type TagOwner = Pick<Target, "repository" | "current">;

/** Where the tag points, from the store while that is fresh, else from the registry; new sightings are kept. */
export async function resolveTag(
  target: TagOwner,
  tag: string,
  ports: DecidePorts,
  options: DecideOptions,
): Promise<Result<Digest>> {
  const { store, clock } = ports;
  const key = formatRepository(target.repository);
  const stored = store.tag(key, tag);
  const now = clock.now();
  const asksNow = options.named?.has(key) ?? false;
  const mayAsk = !options.offline && (options.named === null || asksNow);
  if (stored !== null && (!mayAsk || isFresh(stored.checkedAt, asksNow, now, options))) return success(stored.digest);
  if (!mayAsk) return neverResolved(key, tag);
  const known = stored?.digest ?? (tag === target.current.tag ? target.current.digest : null);
  const resolved = await ports.registry.resolve(target.repository, tag, known, ports.stop);
  if (!resolved.ok) return { ok: false, failure: { image: `${key}:${tag}`, ...resolved.failure } };
  const { digest, content } = resolved.value;
  store.saveTag(key, tag, digest, now);
  if (content !== null && !content.partial) store.saveContent(content);
  return success(digest);
}

/** An answer of this very pass is fresh whatever the interval; an image that was named wants no older one. */
function isFresh(checkedAt: Time, asksNow: boolean, now: Time, options: DecideOptions): boolean {
  if (checkedAt >= options.startedAt && checkedAt <= now) return true;
  return !asksNow && checkedAt + options.scanInterval > now;
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
