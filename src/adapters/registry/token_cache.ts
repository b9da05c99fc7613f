// Tokens of this process, in memory only: one for each realm, service, account and scope.
import type { Result } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";

/** A token and how long it may be used. */
export interface IssuedToken {
  readonly token: Secret;
  /** In the milliseconds of `Clock.monotonic`. */
  readonly validUntil: number;
}

/** Keeps tokens and lets all that want the same one wait for one request. */
export class TokenCache {
  readonly #kept = new Map<string, IssuedToken>();
  readonly #underway = new Map<string, Promise<Result<IssuedToken>>>();

  /** The kept token, else the one that `issue` fetches; failures are not kept. `now` is the monotonic clock. */
  async get(
    key: string,
    now: () => number,
    issue: () => Promise<Result<IssuedToken>>,
    signal?: AbortSignal,
  ): Promise<Result<IssuedToken>> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.validUntil > now()) return { ok: true, value: kept };
    const shared = this.#underway.get(key);
    if (shared !== undefined) {
      const outcome = await shared;
      // Another caller gave up, not this one.
      const foreignAbort = !outcome.ok && outcome.failure.code === "http.aborted" && signal?.aborted !== true;
      return foreignAbort ? await this.get(key, now, issue, signal) : outcome;
    }
    const fetched = issue();
    this.#underway.set(key, fetched);
    try {
      const outcome = await fetched;
      if (outcome.ok) this.#kept.set(key, outcome.value);
      return outcome;
    } finally {
      this.#underway.delete(key);
    }
  }

  /** Forgets a token that was refused, unless a newer one has taken its place. */
  drop(key: string, token: IssuedToken): void {
    if (this.#kept.get(key) === token) this.#kept.delete(key);
  }
}
