// A question to a registry, with whatever the registry demands before it answers (registries 8.2).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { accountMark, type Credential, credentialId } from "../../core/model/credential.ts";
import { reachOfHost } from "../../core/model/host_reach.ts";
import { type Failure, type Result, success } from "../../core/model/problem.ts";
import type { Repository } from "../../core/model/reference.ts";
import { exchange } from "./exchange.ts";
import { learnAuth, refuseRealm } from "./learn_auth.ts";
import type { Answer, Order } from "./order.ts";
import { inTurn } from "./pause.ts";
import { findShortage, noteQuota } from "./quota.ts";
import { checkRealm } from "./realm.ts";
import { isRateLimit, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";
import { basicHeader, fetchToken, pullScope } from "./token.ts";
import type { IssuedToken } from "./token_cache.ts";
import { noteWarning } from "./warnings.ts";

/** An order without what is added here: on whose behalf, and with which pass. */
export interface Question extends Omit<Order, "authorization" | "subject" | "host" | "once"> {
  /** Docker Hub counts the answer as a pull. */
  readonly isPull?: boolean;
}

interface Pass {
  readonly header: string;
  readonly token: { readonly key: string; readonly issued: IssuedToken } | null;
}

/**
 * Asks with the pass that the host's profile calls for: the request itself is the ping. A 401, or a 403 to a token, is
 * learned from and the question repeated once; the second answer is given as it is, whatever its status.
 */
export async function ask(state: RegistryState, endpoint: Endpoint, question: Question): Promise<Result<Answer>> {
  return await inTurn(state, endpoint.host, endpoint.display, () => askNow(state, endpoint, question));
}

async function askNow(state: RegistryState, endpoint: Endpoint, question: Question): Promise<Result<Answer>> {
  const found = await findCredential(state, endpoint);
  if (!found.ok) return found;
  const account = accountMark(found.value);
  const shortage = question.isPull ? findShortage(state, endpoint, account) : null;
  if (shortage !== null) return shortage;
  for (let round = 1;; round++) {
    const prepared = await preparePass(state, endpoint, found.value, question.signal);
    if (!prepared.ok) {
      if (round > 1 || !isOutdated(prepared.failure)) return prepared;
      // The token service of the profile is gone: ask without a pass, and learn the new one from the challenge.
      state.hosts.learn(endpoint.host, { auth: "unknown", realm: null, service: null });
    }
    const pass = prepared.ok ? prepared.value : null;
    // A list may go on at the host it was redirected to; the pass stays with the registry.
    const own = question.url.origin === endpoint.origin;
    const authorization = own ? pass?.header ?? null : null;
    const { display: subject, host, isMirror: once } = endpoint;
    const answered = await exchange(state, { ...question, authorization, subject, host, once });
    if (!answered.ok) return answered;
    const answer = answered.value;
    noteQuota(state, endpoint, answer, account);
    noteWarning(state, endpoint, answer);
    const token = pass?.token ?? null;
    const stale = answer.status === 403 && token !== null && answer.url.origin === endpoint.origin;
    if (answer.status !== 401 && (!stale || isRateLimit(answer))) {
      if (answer.status < 300 && pass === null) noteOpen(state, endpoint);
      return answered;
    }
    if (token !== null) state.tokens.drop(token.key, token.issued);
    if (round > 1) return answered;
    // A token that a file holds is as good as it gets.
    if (found.value?.kind === "bearer") return answered;
    // GHCR says 403 to a stale token and adds no challenge (registries 1.7).
    if (answer.status === 403) continue;
    const used = pass === null ? "none" : token === null ? "basic" : "token";
    const hasPassword = found.value?.kind === "password";
    const learned = await learnAuth(state, endpoint, answer, used, hasPassword, question.signal);
    if (!learned.ok) return learned;
    if (!learned.value) return answered;
  }
}

async function preparePass(
  state: RegistryState,
  endpoint: Endpoint,
  credential: Credential | null,
  signal: AbortSignal | undefined,
): Promise<Result<Pass | null>> {
  if (credential?.kind === "bearer") {
    return success({ header: `Bearer ${credential.token.reveal()}`, token: null });
  }
  const profile = state.hosts.profile(endpoint.host);
  if (profile.auth === "basic" && credential?.kind === "password") {
    return success({ header: basicHeader(credential.user, credential.password), token: null });
  }
  if (profile.auth !== "bearer" || profile.realm === null) return success(null);
  const configured = state.settings(endpoint.host).realms;
  const realm = checkRealm(profile.realm, endpoint, configured);
  if (!realm.allowed) return refuseRealm(endpoint, profile.realm, realm.why);
  const wanted = { url: realm.url, service: profile.service, configured };
  // The registry's origin is in the key: a token goes to the origin whose challenge it answered, and nowhere else.
  const key = JSON.stringify([
    endpoint.origin,
    wanted.url.href,
    wanted.service,
    credentialId(credential),
    pullScope(endpoint),
  ]);
  const issue = () => fetchToken(state, endpoint, wanted, credential, signal);
  const token = await state.tokens.get(key, () => state.parts.clock.monotonic(), issue, signal);
  if (!token.ok) return token;
  return success({ header: `Bearer ${token.value.token.reveal()}`, token: { key, issued: token.value } });
}

async function findCredential(state: RegistryState, endpoint: Endpoint): Promise<Result<Credential | null>> {
  const { host, path, origin } = endpoint;
  const credential = await state.parts.credentials?.({ host, path }) ?? null;
  observeCredential(state, { host, path }, credential);
  const plain = origin.startsWith("http:") && reachOfHost(new URL(origin).hostname) !== "loopback";
  if (credential === null || !plain) return success(credential);
  return registryFailure("registry.refused", endpoint.display, `no login is sent to ${host} over plain HTTP`, {
    cure: "give the registry a certificate, or remove its login",
  });
}

function observeCredential({ parts }: RegistryState, place: Repository, credential: Credential | null): void {
  const source = credential === null ? null : parts.credentialOrigin?.(place) ?? "a login of this machine";
  parts.observe?.({ step: "credential", source, kind: credential?.kind ?? null });
}

function isOutdated(failed: Failure): boolean {
  return ["registry.not_found", "registry.protocol", "registry.refused"].includes(failed.code);
}

function noteOpen(state: RegistryState, endpoint: Endpoint): void {
  if (state.hosts.profile(endpoint.host).auth === "unknown") state.hosts.learn(endpoint.host, { auth: "none" });
}
