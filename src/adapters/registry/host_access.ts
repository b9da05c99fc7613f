// What is known about each host: its profile, learned once and kept between runs, and its places for requests.
import type { Time } from "../../core/model/time.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { HostProfile } from "../../core/ports/store.ts";
import { longestPause } from "./circuit.ts";
import { HostQueue } from "./host_queue.ts";
import { politenessOf } from "./politeness.ts";
import type { HostProfiles, RegistryParts } from "./registry_parts.ts";

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

/** Profiles and queues of all hosts that were asked. */
export class HostAccess {
  readonly #store: HostProfiles;
  readonly #clock: Clock;
  readonly #settings: RegistryParts["settings"];
  readonly #profiles = new Map<string, HostProfile>();
  readonly #queues = new Map<string, HostQueue>();
  readonly #trials = new Map<string, Promise<unknown>>();
  readonly #pinged = new Set<string>();

  constructor(parts: Pick<RegistryParts, "profiles" | "clock" | "settings">) {
    this.#store = parts.profiles;
    this.#clock = parts.clock;
    this.#settings = parts.settings;
  }

  /** What was learned about a registry so far. A profile of an older magos may lack fields. */
  profile(host: string): HostProfile {
    const profile = this.#profiles.get(host) ?? { ...unknownProfile, ...this.#store.get(host) };
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

  /** The queue of a server; the user's settings for it stand under the registry's own name. */
  queue(url: URL): HostQueue {
    const known = this.#queues.get(url.host);
    if (known !== undefined) return known;
    const name = url.host === "registry-1.docker.io" ? "docker.io" : url.host;
    const queue = new HostQueue(this.#clock, politenessOf(url, this.#settings?.(name).concurrency ?? null));
    this.#queues.set(url.host, queue);
    return queue;
  }

  /** Settles when the question that tries a host out has its answer; null when none is under way. */
  trial(host: string): Promise<unknown> | null {
    return this.#trials.get(host) ?? null;
  }

  /** Asks the question that tries a host out. */
  async onTrial<T>(host: string, question: () => Promise<T>): Promise<T> {
    const asked = question();
    this.#trials.set(host, asked.then(() => {}, () => {}));
    try {
      return await asked;
    } finally {
      this.#trials.delete(host);
    }
  }

  /** True the first time it is asked for a host: `/v2/` is pinged once at most (registries 1.1). */
  mayPing(host: string): boolean {
    const first = !this.#pinged.has(host);
    this.#pinged.add(host);
    return first;
  }
}
