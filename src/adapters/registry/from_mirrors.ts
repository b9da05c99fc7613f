// Content by digest from the mirrors of a registry, in their order, and from the registry itself at last.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Result } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { RegistryState } from "./registry_state.ts";
import { forgetScheme, settleOrigin } from "./settle_origin.ts";

const away: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "registry.unreachable",
  "registry.unavailable",
  "registry.tls",
  "registry.certificates",
]);

/**
 * Fetches from the first place that has it. What goes wrong at a mirror is nobody's business but the log's: the
 * registry itself is asked then. `fetch` proves the digest of what it gives, wherever that comes from (registries 5.4).
 */
export async function fromMirrors<T>(
  state: RegistryState,
  endpoint: Endpoint,
  fetch: (place: Endpoint) => Promise<Result<T>>,
  signal: AbortSignal | undefined,
): Promise<Result<T>> {
  const { clock, log } = state.parts;
  const now = (): number => clock.monotonic();
  for (const mirror of endpoint.mirrors) {
    const ask = (): Promise<Result<T>> => fetchFrom(state, mirror, fetch, signal);
    const outcome = await state.mirrors.ask(mirror.host, now, ask, isAway);
    if (outcome === null) continue;
    if (outcome.ok || signal?.aborted) return outcome;
    if (isAway(outcome)) forgetScheme(state, mirror);
    const { code, message } = outcome.failure;
    log.event("debug", "registry.mirror_failed", { image: formatRepository(endpoint.display), code, message });
  }
  return await fetch(endpoint);
}

function isAway(outcome: Result<unknown>): boolean {
  return !outcome.ok && away.has(outcome.failure.code);
}

async function fetchFrom<T>(
  state: RegistryState,
  mirror: Endpoint,
  fetch: (place: Endpoint) => Promise<Result<T>>,
  signal: AbortSignal | undefined,
): Promise<Result<T>> {
  const settled = await settleOrigin(state, mirror, signal);
  return settled.ok ? await fetch(settled.value) : settled;
}
