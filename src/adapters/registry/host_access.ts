// What is known about each host: its profile, learned once and kept between runs, and its places for requests.
import { reachOfHost } from "../../core/model/host_reach.ts";
import type { Time } from "../../core/model/time.ts";
import type { HostProfile } from "../../core/ports/store.ts";
import type { HostProfiles } from "./registry_parts.ts";
import { Semaphore } from "./semaphore.ts";

/** The longest a host may make us wait (registries 4.6). */
export const longestPause = 6 * 3_600_000;

/** What is known of a host that was never asked. */
export const unknownProfile: HostProfile = {
  auth: "unknown",
  realm: null,
  service: null,
  pageCap: null,
  headDigest: true,
  pausedUntil: null,
  quota: null,
};

/** Profiles and places of all hosts that were asked. */
export class HostAccess {
  readonly #store: HostProfiles;
  readonly #profiles = new Map<string, HostProfile>();
  readonly #places = new Map<string, Semaphore>();
  readonly #pinged = new Set<string>();

  constructor(store: HostProfiles) {
    this.#store = store;
  }

  /** What was learned about a registry so far. */
  profile(host: string): HostProfile {
    const profile = this.#profiles.get(host) ?? this.#store.get(host) ?? unknownProfile;
    this.#profiles.set(host, profile);
    return profile;
  }

  /** Learns something and keeps it; nothing is written when it was known. */
  learn(host: string, change: Partial<HostProfile>): void {
    const before = this.profile(host);
    const after = { ...before, ...change };
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.#profiles.set(host, after);
    this.#store.save(host, after);
  }

  /** Until when the host is left alone, or null. A time further off than any pause comes from a wrong clock. */
  pausedUntil(host: string, now: Time): Time | null {
    const until = this.profile(host).pausedUntil;
    return until !== null && until > now && until <= now + longestPause ? until : null;
  }

  /** Two requests at a time for a server, four for one on this machine (registries 4.6). */
  places(url: URL): Semaphore {
    const places = this.#places.get(url.host) ?? new Semaphore(reachOfHost(url.hostname) === "loopback" ? 4 : 2);
    this.#places.set(url.host, places);
    return places;
  }

  /** True the first time it is asked for a host: `/v2/` is pinged once at most (registries 1.1). */
  mayPing(host: string): boolean {
    const first = !this.#pinged.has(host);
    this.#pinged.add(host);
    return first;
  }
}
