// Learns from a refused request how the registry wants to be asked (registries 1.1 and 1.2).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { exchange } from "./exchange.ts";
import { challengeStep, realmStep } from "./observe.ts";
import type { Answer } from "./order.ts";
import { checkRealm } from "./realm.ts";
import { registryFailure } from "./registry_failure.ts";
import { pingQuestion } from "./ping.ts";
import type { RegistryState } from "./registry_state.ts";

/** What the refused request carried. */
export type UsedPass = "none" | "basic" | "token";

/**
 * Reads the challenge of a 401, or pings `/v2/` once for one, and keeps what it says in the host's profile. True: the
 * question is worth repeating. Fails with `registry.refused` when the registry points to a place magos does not go.
 */
export async function learnAuth(
  state: RegistryState,
  endpoint: Endpoint,
  answer: Answer,
  used: UsedPass,
  hasPassword: boolean,
  signal: AbortSignal | undefined,
): Promise<Result<boolean>> {
  // The demand of another origin, behind a redirect, is none of the registry's.
  if (answer.url.origin !== endpoint.origin) return success(false);
  const learned = learnFrom(state, endpoint, answer, used, hasPassword);
  if (!learned.ok || learned.value) return learned;
  // Harbor answers a refused token with a Basic challenge: what is known as bearer stays bearer.
  if (used === "token") return success(true);
  if (used === "basic" || !state.hosts.mayPing(endpoint.host)) return success(false);
  const pinged = await exchange(state, {
    ...pingQuestion(endpoint, signal),
    authorization: null,
    once: endpoint.isMirror,
    subject: endpoint.display,
    host: endpoint.host,
  });
  if (!pinged.ok || pinged.value.status !== 401 || pinged.value.url.origin !== endpoint.origin) return success(false);
  return learnFrom(state, endpoint, pinged.value, used, hasPassword);
}

function learnFrom(
  state: RegistryState,
  endpoint: Endpoint,
  answer: Answer,
  used: UsedPass,
  hasPassword: boolean,
): Result<boolean> {
  const challenges = parseChallenges(answer.headers.get("WWW-Authenticate") ?? "");
  const configured = state.settings(endpoint.host).realms;
  let refused: Result<never> | null = null;
  const { observe } = state.parts;
  for (const challenge of challenges) observe?.(challengeStep(challenge, endpoint));
  for (const challenge of challenges) {
    const realm = bearerRealm(challenge);
    if (realm === null) continue;
    const check = checkRealm(realm, endpoint, configured);
    observe?.(realmStep(realm, endpoint, check));
    if (check.allowed) {
      const service = challenge.parameters.get("service") ?? null;
      state.hosts.learn(endpoint.host, { auth: "bearer", realm: check.url.href, service });
      return success(true);
    }
    refused ??= refuseRealm(endpoint, realm, check.why);
  }
  const basic = challenges.some((challenge) => challenge.scheme === "basic");
  if (basic && hasPassword && used === "none") {
    state.hosts.learn(endpoint.host, { auth: "basic", realm: null, service: null });
    return success(true);
  }
  return refused ?? success(false);
}

function bearerRealm(challenge: Challenge): string | null {
  const realm = challenge.scheme === "bearer" ? challenge.parameters.get("realm") ?? "" : "";
  return realm === "" ? null : realm;
}

/** The failure for a token service that must not be asked. Its path and query are not repeated: they are not ours. */
export function refuseRealm(endpoint: Endpoint, realm: string, why: string): Result<never> {
  const { display } = endpoint;
  const message = `${display.host} sends us to ${hostOf(realm, endpoint)} for a token of ` +
    `${formatRepository(display)}; magos does not go there: ${why}`;
  return registryFailure("registry.refused", display, message, {
    cure: `if that is right, add it to registries.hosts.${endpoint.host}.realms`,
  });
}

function hostOf(realm: string, endpoint: Endpoint): string {
  try {
    return new URL(realm, endpoint.origin).host.slice(0, 255);
  } catch {
    return "a malformed address";
  }
}
