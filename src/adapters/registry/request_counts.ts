// What the requests of this process cost each registry, by the name the user knows it by.
import type { RequestCount } from "../../core/ports/registry.ts";

/** Counts every request that was sent, redirects and token requests included. */
export class RequestCounts {
  readonly #byHost = new Map<string, RequestCount>();

  /** One request on behalf of a repository of this host. */
  add(host: string): void {
    const count = this.#of(host);
    this.#byHost.set(host, { ...count, requests: count.requests + 1 });
  }

  /** One answer for which no request was sent, or whose body was not sent again. */
  addCached(host: string): void {
    const count = this.#of(host);
    this.#byHost.set(host, { ...count, cached: count.cached + 1 });
  }

  /** Notes what the registry said last of its quota. */
  noteQuota(host: string, quota: Pick<RequestCount, "limit" | "remaining" | "resetAt">): void {
    this.#byHost.set(host, { ...this.#of(host), ...quota });
  }

  /** All counts, in order of host. */
  list(): readonly RequestCount[] {
    return [...this.#byHost.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  #of(host: string): RequestCount {
    return this.#byHost.get(host) ?? { host, requests: 0, cached: 0, limit: null, remaining: null, resetAt: null };
  }
}
