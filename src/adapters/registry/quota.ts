// The pulls that a registry still grants: read from its answers, and kept in reserve when few are left (registries 4.1).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Result } from "../../core/model/problem.ts";
import { formatTime, type Time } from "../../core/model/time.ts";
import type { RequestCount } from "../../core/ports/registry.ts";
import type { HostProfile } from "../../core/ports/store.ts";
import type { Answer } from "./order.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

/** What the headers say of the quota. */
export type Quota = Pick<RequestCount, "limit" | "remaining" | "resetAt">;

// Longer than any window in use; a time further off comes from a wrong clock.
const longestWindow = 24 * 3_600_000;
const leastReserve = 20;

/**
 * Reads `ratelimit-limit: 100;w=21600` and `ratelimit-remaining`; null when neither is there. The window began at the
 * latest with the answer that first showed it, so the end that was noted then holds until more is left than before.
 */
export function readQuota(headers: Headers, before: Quota | null, now: Time): Quota | null {
  const limit = readValue(headers.get("ratelimit-limit"));
  const remaining = readValue(headers.get("ratelimit-remaining"));
  if (limit === null && remaining === null) return null;
  const window = remaining?.window ?? limit?.window ?? null;
  const latest = window === null ? null : now + Math.min(window * 1000, longestWindow);
  const quota = { limit: limit?.count ?? null, remaining: remaining?.count ?? null, resetAt: latest };
  const goesOn = before !== null && isCurrent(before, now) && before.limit === quota.limit &&
    (quota.remaining ?? 0) <= (before.remaining ?? 0);
  if (!goesOn || latest === null || before.resetAt === null) return quota;
  return { ...quota, resetAt: Math.min(before.resetAt, latest) };
}

/** Remembers, for the account that asked, what an answer of the registry itself says of its quota. */
export function noteQuota(state: RegistryState, endpoint: Endpoint, answer: Answer, account: string): void {
  if (answer.url.origin !== endpoint.origin || !answer.headers.has("ratelimit-remaining")) return;
  const profile = state.hosts.profile(endpoint.host);
  const before = profile.quotaAccount === account ? profile.quota : null;
  const quota = readQuota(answer.headers, before, state.parts.clock.now());
  if (quota === null) return;
  const kept = { host: endpoint.host, requests: 0, cached: 0, ...quota };
  state.hosts.learn(endpoint.host, { quota: kept, quotaAccount: account });
  state.counts.noteQuota(endpoint.display.host, quota);
}

/**
 * The failure that defers a pull, or null when there are enough. Only Docker Hub counts pulls, and the whole house
 * shares them: a fifth of them, 20 at least, is left to it.
 */
export function findShortage(state: RegistryState, endpoint: Endpoint, account: string): Result<never> | null {
  if (endpoint.host !== "docker.io") return null;
  const shortage = shortageOf(state.hosts.profile(endpoint.host), account, state.parts.clock.now());
  if (shortage === null) return null;
  const { remaining, limit, resetAt } = shortage;
  const message = `docker.io grants ${remaining} more of ${limit ?? "its"} pulls until ${formatTime(resetAt)} at the ` +
    "latest, and they are left to the rest of the house";
  return registryFailure("registry.quota", endpoint.display, message, {
    retry: "later",
    retryAt: resetAt,
    cure: "wait, or log in for a higher limit (podman login docker.io)",
  });
}

function shortageOf(
  profile: HostProfile,
  account: string,
  now: Time,
): { readonly remaining: number; readonly limit: number | null; readonly resetAt: Time } | null {
  const { quota, quotaAccount } = profile;
  if (quota === null || quotaAccount !== account || !isCurrent(quota, now)) return null;
  const { remaining, limit, resetAt } = quota;
  if (remaining === null || resetAt === null) return null;
  return remaining < Math.max(leastReserve, 0.2 * (limit ?? 0)) ? { remaining, limit, resetAt } : null;
}

/** Whether the window that the numbers are of still goes on. */
function isCurrent({ resetAt }: Quota, now: Time): boolean {
  return resetAt !== null && resetAt > now && resetAt <= now + longestWindow;
}

function readValue(value: string | null): { readonly count: number; readonly window: number | null } | null {
  const [, count, window] = /^([0-9]{1,15})(?:;w=([0-9]{1,15}))?$/.exec(value?.trim() ?? "") ?? [];
  return count === undefined ? null : { count: Number(count), window: window === undefined ? null : Number(window) };
}
