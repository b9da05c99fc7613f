// Asks a token service for a token (distribution, "Token Authentication Specification"; registries 1.3 and 1.4).
import { z } from "zod";
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { base64, Secret } from "../../core/model/secret.ts";
import { exchange } from "./exchange.ts";
import { parseJson } from "./json_body.ts";
import { checkRealm } from "./realm.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { Credential } from "./registry_parts.ts";
import type { RegistryState } from "./registry_state.ts";
import type { IssuedToken } from "./token_cache.ts";

const maxBody = 256 * 1024;
const maxToken = 32 * 1024;
const minSeconds = 60;
const maxSeconds = 24 * 3600;
// A server that names no life gets an optimistic one; the 401 tells when it is over.
const unnamedSeconds = 3600;
const safetySeconds = 15;

const tokenAnswer = z.object({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z.union([z.number(), z.string()]).nullish(),
});

/** The scope of one repository, or null for a host alone. Always built here: the one in a challenge may be a placeholder (registries 1.2). */
export function pullScope(endpoint: Endpoint): string | null {
  if (endpoint.path === "") return null;
  const actions = endpoint.host.endsWith(".azurecr.io") ? "pull,metadata_read" : "pull";
  return `repository:${endpoint.path}:${actions}`;
}

/** Fetches a token from a realm that was checked; redirects pass the same check. */
export async function fetchToken(
  state: RegistryState,
  endpoint: Endpoint,
  realm: { readonly url: URL; readonly service: string | null; readonly configured: readonly string[] },
  credential: Credential | null,
  signal: AbortSignal | undefined,
): Promise<Result<IssuedToken>> {
  const { clock } = state.parts;
  const url = new URL(realm.url);
  if (realm.service !== null) url.searchParams.append("service", realm.service);
  const scope = pullScope(endpoint);
  if (scope !== null) url.searchParams.append("scope", scope);
  const answered = await exchange(state, {
    method: "GET",
    url,
    headers: { Accept: "application/json" },
    authorization: credential === null ? null : basicHeader(credential),
    limit: maxBody,
    bodyTimeout: 30_000,
    json: true,
    subject: endpoint.display,
    refuseTarget(target) {
      const check = checkRealm(target.href, endpoint, realm.configured);
      return check.allowed ? null : check.why;
    },
    signal,
  });
  if (!answered.ok) return answered;
  if (answered.value.status !== 200) {
    return refusal(answered.value, endpoint.display, `a token from ${url.host}`, clock.now());
  }
  const parsed = tokenAnswer.safeParse(parseJson(answered.value.body));
  const token = parsed.success ? parsed.data.access_token || parsed.data.token || "" : "";
  if (!parsed.success || token.length > maxToken || !/^[\x21-\x7e]+$/.test(token)) {
    const name = formatRepository(endpoint.display);
    return registryFailure("registry.protocol", endpoint.display, `${url.host} gives no usable token for ${name}`, {
      retry: "later",
      cure: "check that no proxy answers in place of the token service",
    });
  }
  const named = namedSeconds(parsed.data.expires_in);
  state.parts.observe?.({ step: "token", scope, expiresIn: named });
  const seconds = named === null ? unnamedSeconds : Math.min(Math.max(named, minSeconds), maxSeconds);
  return success({ token: new Secret(token), validUntil: clock.monotonic() + (seconds - safetySeconds) * 1000 });
}

/** The value of an `Authorization` header of the Basic scheme (RFC 7617). */
export function basicHeader(credential: Credential): string {
  return `Basic ${base64(`${credential.user}:${credential.password.reveal()}`)}`;
}

function namedSeconds(named: number | string | null | undefined): number | null {
  const seconds = typeof named === "string" ? (/^[0-9]{1,9}$/.test(named) ? Number(named) : null) : named ?? null;
  return seconds === null || !Number.isFinite(seconds) ? null : seconds;
}
