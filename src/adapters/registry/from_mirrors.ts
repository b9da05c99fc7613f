// Content by digest from the mirrors of a registry, in their order, and from the registry itself at last.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Result } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { RegistryState } from "./registry_state.ts";
import { settleOrigin } from "./settle_origin.ts";

/** Milliseconds for which a mirror that cannot be reached is not tried again. */
const restMilliseconds = 10 * 60_000;

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
  for (const mirror of endpoint.mirrors) {
    if ((state.away.get(mirror.host) ?? -Infinity) > clock.monotonic()) continue;
    const settled = await settleOrigin(state, mirror, signal);
    const outcome = settled.ok ? await fetch(settled.value) : settled;
    if (outcome.ok || signal?.aborted) return outcome;
    const { code, message } = outcome.failure;
    if (away.has(code)) state.away.set(mirror.host, clock.monotonic() + restMilliseconds);
    log.event("debug", "registry.mirror_failed", { image: formatRepository(endpoint.display), code, message });
  }
  return await fetch(endpoint);
}
