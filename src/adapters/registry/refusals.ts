// What a registry refused is not asked again for a while: the refusal is given once more (registries 5.3).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { accountMark } from "../../core/model/credential.ts";
import { formatDuration } from "../../core/model/duration.ts";
import type { Failure, Result } from "../../core/model/problem.ts";
import { formatRepository, type Repository } from "../../core/model/reference.ts";
import { formatTime, type Time } from "../../core/model/time.ts";
import type { StoredRefusal } from "../../core/ports/store.ts";
import type { RegistryState } from "./registry_state.ts";

const deniedFor = 6 * 3_600_000;
const missingFor = 3_600_000;

/**
 * Asks, unless the same account was refused the repository less than six hours ago, or this part of it (`what`: "tags"
 * or a tag) was not there less than an hour ago. The failure stays what it was: unknown, never "no update".
 */
export async function unlessRefused<T>(
  state: RegistryState,
  endpoint: Endpoint,
  what: string,
  ask: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const { refusals, clock } = state.parts;
  if (refusals === undefined) return await ask();
  const place = placeOf(endpoint);
  const known = refusals.get(place);
  if (known.length > 0) {
    const account = await accountOf(state, endpoint);
    const now = clock.now();
    const refused = known.find((it) => concerns(it, what) && it.account === account && holds(it, now));
    if (refused !== undefined) return { ok: false, failure: saidAgain(state, endpoint, refused, now) };
  }
  const outcome = await ask();
  if (outcome.ok) return outcome;
  const { retry: _retry, ...problem } = outcome.failure;
  const isDenied = problem.code === "registry.unauthorized";
  if (!isDenied && problem.code !== "registry.not_found") return outcome;
  const since = clock.now();
  const until = since + (isDenied ? deniedFor : missingFor);
  const account = await accountOf(state, endpoint);
  refusals.save(place, { what: isDenied ? null : what, account, problem, since, until }, since);
  return outcome;
}

/** Lets the next question for the repository be asked, whatever was refused before. */
export function forgetRefusals(state: RegistryState, repository: Repository): void {
  const endpoint = state.parts.resolveEndpoint(repository);
  if (endpoint.ok) state.parts.refusals?.forget(placeOf(endpoint.value));
}

// The place and not the name: who sends the name elsewhere by registries.conf asks somebody else.
function placeOf({ host, path }: Endpoint): string {
  return formatRepository({ host, path });
}

async function accountOf(state: RegistryState, { host, path }: Endpoint): Promise<string> {
  return accountMark(await state.parts.credentials?.({ host, path }) ?? null);
}

function concerns(refusal: StoredRefusal, what: string): boolean {
  return refusal.what === null || refusal.what === what;
}

/** A refusal from a time to come was noted by a clock that was ahead. */
function holds({ since, until }: StoredRefusal, now: Time): boolean {
  return since <= now && now < until && until - since <= deniedFor;
}

function saidAgain(state: RegistryState, endpoint: Endpoint, refusal: StoredRefusal, now: Time): Failure {
  const { host } = endpoint.display;
  state.counts.addCached(host);
  const { message, cure } = refusal.problem;
  const age = formatDuration(Math.floor((now - refusal.since) / 1000));
  return {
    ...refusal.problem,
    retry: "later",
    retryAt: refusal.until,
    host,
    image: formatRepository(endpoint.display),
    message: `${message} (${age} ago; it is asked again at ${formatTime(refusal.until)})`,
    cure: `${cure === undefined ? "" : `${cure}; `}name the image to ask now`,
  };
}
