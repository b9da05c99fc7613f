// What is remembered of registries: until when they are left alone, and what they still grant (contracts.md 1.3).
import { formatTimeOrNull, type Time } from "../model/time.ts";
import type { RequestCount } from "../ports/registry.ts";
import type { HostProfile, Store } from "../ports/store.ts";
import { requestsReport } from "./reference_report.ts";

/** One registry as it stands at a time: what has run out is not there any more. */
export interface RegistryStanding {
  readonly host: string;
  readonly pausedUntil: Time | null;
  /** `requests` and `cached` are 0: the store does not count them. */
  readonly quota: RequestCount;
}

/** All registries that were ever asked, in order of name. */
export function registryStandings(store: Store, at: Time): readonly RegistryStanding[] {
  return [...store.hostProfiles()].map(([host, profile]) => ({
    host,
    pausedUntil: profile.pausedUntil !== null && profile.pausedUntil > at ? profile.pausedUntil : null,
    quota: currentQuota(host, profile, at),
  }));
}

/** `registries` of `magos.status/v1`. */
export function registriesReport(store: Store, at: Time): readonly Record<string, unknown>[] {
  return registryStandings(store, at).map(({ quota, pausedUntil }) => ({
    ...requestsReport(quota),
    pausedUntil: formatTimeOrNull(pausedUntil),
  }));
}

/** A quota whose window is over says nothing of the pulls that are left. */
function currentQuota(host: string, { quota }: HostProfile, at: Time): RequestCount {
  const isOver = quota !== null && quota.resetAt !== null && quota.resetAt <= at;
  const known = quota === null || isOver ? { limit: quota?.limit ?? null, remaining: null, resetAt: null } : quota;
  return { host, requests: 0, cached: 0, limit: known.limit, remaining: known.remaining, resetAt: known.resetAt };
}
