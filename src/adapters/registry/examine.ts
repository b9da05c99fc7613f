// Goes to a registry as if for the first time and notes each step: the looking half of `magos doctor registry`.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import type { Examination, ExaminedImage, HandshakeStep } from "../../core/ports/examiner.ts";
import { ask } from "./ask.ts";
import { askManifest } from "./fetch_manifest.ts";
import { HostAccess, unknownProfile } from "./host_access.ts";
import { profileStep } from "./observe.ts";
import type { Answer } from "./order.ts";
import type { HostProfiles } from "./registry_parts.ts";
import { pingQuestion } from "./ping.ts";
import type { RegistryState } from "./registry_state.ts";
import { settleOrigin } from "./settle_origin.ts";
import { TokenCache } from "./token_cache.ts";

/**
 * Asks `/v2/` of the host, with a token for the image where one is named, and then for the image's tag. This is one of
 * the few places that ping (registries 0.1, rule 1): here the ping is the question.
 */
export async function examine(
  state: RegistryState,
  host: string,
  image: ExaminedImage | null,
  signal: AbortSignal | undefined,
): Promise<Examination> {
  const steps: HandshakeStep[] = [];
  const found = findEndpoint(state, host, image);
  if (!found.ok) return { steps, outcome: found, pausedUntil: null, loginCure: null };
  const endpoint = found.value;
  const { origin, insecure, mirrors } = endpoint;
  steps.push({ step: "endpoint", origin, host: endpoint.host, insecure, mirrors: mirrors.map((it) => it.origin) });
  const outcome = await askAll(fresh(state, endpoint, steps), endpoint, image?.tag ?? null, signal);
  const now = state.parts.clock.now();
  steps.push(profileStep(state.hosts.profile(endpoint.host)));
  const loginCure = state.parts.credentialCure?.({ host: endpoint.host, path: endpoint.path }) ?? null;
  return { steps, outcome, pausedUntil: state.hosts.pausedUntil(endpoint.host, now), loginCure };
}

/** A host has no repository of its own: rules of registries.conf are tried with a name that fits all of the host. */
function findEndpoint(state: RegistryState, host: string, image: ExaminedImage | null): Result<Endpoint> {
  if (image !== null) return state.parts.resolveEndpoint(image.repository);
  const found = state.parts.resolveEndpoint({ host, path: "any" });
  if (!found.ok) return found;
  return success({ ...found.value, path: "", display: { host, path: "" } });
}

async function askAll(
  state: RegistryState,
  resolved: Endpoint,
  tag: string | null,
  signal: AbortSignal | undefined,
): Promise<Result<number>> {
  const settled = await settleOrigin(state, resolved, signal);
  if (!settled.ok) return settled;
  const endpoint = settled.value;
  const identity = await state.tls(new URL(endpoint.origin));
  const own = identity.ok ? identity.value : null;
  const authorities = own?.caCerts.length ?? 0;
  const showsCertificate = (own?.client ?? null) !== null;
  state.parts.observe?.({ step: "scheme", origin: endpoint.origin, authorities, showsCertificate });
  const pinged = await ask(state, endpoint, pingQuestion(endpoint, signal));
  if (tag === null || !pinged.ok || pinged.value.status !== 200) return statusOf(pinged);
  return statusOf(await askManifest(state, endpoint, "HEAD", tag, signal));
}

function statusOf(answered: Result<Answer>): Result<number> {
  return answered.ok ? success(answered.value.status) : answered;
}

/** The same adapter without tokens and without knowledge of how the host wants to be asked. What it learns is kept. */
function fresh(state: RegistryState, endpoint: Endpoint, steps: HandshakeStep[]): RegistryState {
  const known = state.hosts.profile(endpoint.host);
  const { auth, realm, service } = unknownProfile;
  const profiles: HostProfiles = {
    get(host) {
      if (host !== endpoint.host) return state.hosts.profile(host);
      return { ...known, auth, realm, service, ...known.scheme ? { scheme: null } : {} };
    },
    save(host, learned) {
      // An open `/v2/` says nothing of the repositories behind it.
      const keeps = known.auth !== "unknown" && (learned.auth === "none" || learned.auth === "unknown");
      const pass = { auth: known.auth, realm: known.realm, service: known.service };
      state.hosts.learn(host, keeps ? { ...learned, ...pass } : learned);
    },
  };
  const hosts = new HostAccess({ ...state.parts, profiles });
  const observe = (step: HandshakeStep): void => {
    // Each question looks for the login anew, and finds the same.
    if (step.step !== "credential" || !steps.some((it) => it.step === "credential")) steps.push(step);
  };
  return { ...state, hosts, tokens: new TokenCache(), parts: { ...state.parts, observe } };
}
