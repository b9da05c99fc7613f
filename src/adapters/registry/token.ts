// Asks a token service for a token (distribution, "Token Authentication Specification" and "Oauth2 Token
// Authentication"; registries 1.1, 1.3 and 1.4).
import * as z from "zod";
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { base64, Secret } from "../../core/model/secret.ts";
import type { Credential } from "../../core/model/credential.ts";
import { exchange } from "./exchange.ts";
import { parseJson } from "./json_body.ts";
import type { Answer, Order } from "./order.ts";
import { checkRealm } from "./realm.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
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

/** A token service that was checked. */
export interface Realm {
  readonly url: URL;
  readonly service: string | null;
  /** Hosts that the user allows beside; redirects pass the same check. */
  readonly configured: readonly string[];
}

/** Fetches a token; an identity token is exchanged for it, by POST, or by GET where the service knows no POST. */
export async function fetchToken(
  state: RegistryState,
  endpoint: Endpoint,
  realm: Realm,
  credential: Credential | null,
  signal: AbortSignal | undefined,
): Promise<Result<IssuedToken>> {
  const { clock } = state.parts;
  const { url } = realm;
  const answered = credential?.kind === "identity"
    ? await tradeIdentity(state, endpoint, realm, credential.token, signal)
    : await exchange(state, plainOrder(endpoint, realm, headerOf(credential), signal));
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
  state.parts.observe?.({ step: "token", scope: pullScope(endpoint), expiresIn: named });
  const seconds = named === null ? unnamedSeconds : Math.min(Math.max(named, minSeconds), maxSeconds);
  return success({ token: new Secret(token), validUntil: clock.monotonic() + (seconds - safetySeconds) * 1000 });
}

/** The value of an `Authorization` header of the Basic scheme (RFC 7617). */
export function basicHeader(user: string, password: Secret): string {
  return `Basic ${base64(`${user}:${password.reveal()}`)}`;
}

function headerOf(credential: Credential | null): string | null {
  return credential?.kind === "password" ? basicHeader(credential.user, credential.password) : null;
}

async function tradeIdentity(
  state: RegistryState,
  endpoint: Endpoint,
  realm: Realm,
  identity: Secret,
  signal: AbortSignal | undefined,
): Promise<Result<Answer>> {
  const scope = pullScope(endpoint);
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    // A service is demanded here, even where the challenge names none.
    service: realm.service ?? realm.url.host,
    client_id: "magos",
    ...scope === null ? {} : { scope },
    refresh_token: identity.reveal(),
  });
  const posted = await exchange(state, { ...orderOf(endpoint, realm, signal), method: "POST", form });
  if (!posted.ok || ![404, 405].includes(posted.value.status)) return posted;
  return await exchange(state, plainOrder(endpoint, realm, basicHeader("<token>", identity), signal));
}

function plainOrder(
  endpoint: Endpoint,
  realm: Realm,
  authorization: string | null,
  signal: AbortSignal | undefined,
): Order {
  const url = new URL(realm.url);
  if (realm.service !== null) url.searchParams.append("service", realm.service);
  const scope = pullScope(endpoint);
  if (scope !== null) url.searchParams.append("scope", scope);
  return { ...orderOf(endpoint, realm, signal), url, authorization };
}

function orderOf(endpoint: Endpoint, realm: Realm, signal: AbortSignal | undefined): Order {
  return {
    method: "GET",
    url: realm.url,
    headers: { Accept: "application/json" },
    authorization: null,
    limit: maxBody,
    bodyTimeout: 30_000,
    json: true,
    once: endpoint.isMirror,
    subject: endpoint.display,
    host: endpoint.host,
    purpose: "token",
    refuseTarget(target) {
      const check = checkRealm(target.href, endpoint, realm.configured);
      return check.allowed ? null : check.why;
    },
    signal,
  };
}

function namedSeconds(named: number | string | null | undefined): number | null {
  const seconds = typeof named === "string" ? (/^[0-9]{1,9}$/.test(named) ? Number(named) : null) : named ?? null;
  return seconds === null || !Number.isFinite(seconds) ? null : seconds;
}
