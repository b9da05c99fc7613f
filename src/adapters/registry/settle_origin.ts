// Whether a server is asked by https or http, where that is not said by its name (registries 5.4).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { reachOfHost } from "../../core/model/host_reach.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { exchange } from "./exchange.ts";
import type { Answer } from "./order.ts";
import { findPause } from "./pause.ts";
import { pingQuestion } from "./ping.ts";
import type { RegistryState } from "./registry_state.ts";

type Scheme = "http" | "https";

/**
 * The endpoint with the scheme that its server speaks. A server on this machine speaks https when there are
 * certificates for it. One that registries.conf calls insecure is asked once, https first, and its answer is kept;
 * a certificate that is not trusted stays a failure, for verification cannot be switched off.
 */
export async function settleOrigin(
  state: RegistryState,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Result<Endpoint>> {
  const url = new URL(endpoint.origin);
  if (reachOfHost(url.hostname) === "loopback") {
    const identity = await state.tls(url);
    if (!identity.ok) return identity;
    return success(identity.value === null ? endpoint : withScheme(endpoint, "https"));
  }
  if (!endpoint.insecure) return success(endpoint);
  const known = state.hosts.profile(endpoint.host).scheme ?? null;
  const scheme = known === null ? await learnScheme(state, endpoint, signal) : success(known);
  return scheme.ok ? success(withScheme(endpoint, scheme.value)) : scheme;
}

/** Lets an insecure server be asked anew next time: it may have learned https, or lost it. */
export function forgetScheme(state: RegistryState, endpoint: Endpoint): void {
  const { scheme = null } = state.hosts.profile(endpoint.host);
  if (endpoint.insecure && scheme !== null) state.hosts.learn(endpoint.host, { scheme: null });
}

// All repositories of the host wait for one probe.
async function learnScheme(
  state: RegistryState,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Result<Scheme>> {
  const probe = state.schemes.get(endpoint.host) ?? findScheme(state, endpoint, signal);
  state.schemes.set(endpoint.host, probe);
  try {
    const found = await probe;
    if (found.ok) state.hosts.learn(endpoint.host, { scheme: found.value });
    return found;
  } finally {
    state.schemes.delete(endpoint.host);
  }
}

async function findScheme(
  state: RegistryState,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Result<Scheme>> {
  const paused = findPause(state, endpoint.host, endpoint.display);
  if (paused !== null) return paused;
  const secure = await ping(state, withScheme(endpoint, "https"), signal);
  if (secure.ok || ["registry.too_large", "registry.refused"].includes(secure.failure.code)) return success("https");
  if (secure.failure.code !== "registry.unreachable") return secure;
  const plain = await ping(state, withScheme(endpoint, "http"), signal);
  return plain.ok && speaksPlainly(plain.value) ? success("http") : secure;
}

// A page that only leads to https, or a complaint about http, is no registry that speaks it.
function speaksPlainly({ status, url }: Answer): boolean {
  return url.protocol === "http:" && (status === 200 || status === 401 || status === 403 || status === 404);
}

function ping(state: RegistryState, endpoint: Endpoint, signal: AbortSignal | undefined): Promise<Result<Answer>> {
  return exchange(state, {
    ...pingQuestion(endpoint, signal),
    authorization: null,
    once: true,
    subject: endpoint.display,
    host: endpoint.host,
  });
}

function withScheme(endpoint: Endpoint, scheme: Scheme): Endpoint {
  return { ...endpoint, origin: `${scheme}://${new URL(endpoint.origin).host}` };
}
