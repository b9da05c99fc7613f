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

  /** Notes the pull quota of Docker Hub's headers, `100;w=21600` (registries 4.1). */
  note(host: string, headers: Headers): void {
    const limit = readQuota(headers.get("ratelimit-limit"));
    const remaining = readQuota(headers.get("ratelimit-remaining"));
    if (limit === null && remaining === null) return;
    const count = this.#of(host);
    this.#byHost.set(host, { ...count, limit: limit ?? count.limit, remaining: remaining ?? count.remaining });
  }

  /** All counts, in order of host. */
  list(): readonly RequestCount[] {
    return [...this.#byHost.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
  }

  #of(host: string): RequestCount {
    return this.#byHost.get(host) ?? { host, requests: 0, cached: 0, limit: null, remaining: null, resetAt: null };
  }
}

function readQuota(value: string | null): number | null {
  const [, number] = /^([0-9]{1,15})(?:;w=[0-9]{1,15})?$/.exec(value?.trim() ?? "") ?? [];
  return number === undefined ? null : Number(number);
}
