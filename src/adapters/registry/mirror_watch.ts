// Which mirrors can be reached. One request finds it out; the others wait for it, so that no more than that is wasted.

/** Milliseconds for which a mirror that cannot be reached is not tried again. */
const restMilliseconds = 10 * 60_000;

/** What this process knows of mirrors, by host. */
export class MirrorWatch {
  readonly #restUntil = new Map<string, number>();
  readonly #firstContact = new Map<string, Promise<unknown>>();

  /**
   * What `ask` gives; null without asking while the mirror rests. Waits while somebody else makes the first contact.
   * `isAway` tells from an outcome that the mirror could not be reached. `now` is the monotonic clock.
   */
  async ask<T>(
    host: string,
    now: () => number,
    ask: () => Promise<T>,
    isAway: (outcome: T) => boolean,
  ): Promise<T | null> {
    const first = this.#firstContact.get(host);
    if (first !== undefined) await first;
    if ((this.#restUntil.get(host) ?? -Infinity) > now()) return null;
    const asking = this.#watch(host, now, ask, isAway);
    if (!this.#firstContact.has(host)) this.#firstContact.set(host, asking);
    return await asking;
  }

  // After a rest there is a first contact again.
  async #watch<T>(
    host: string,
    now: () => number,
    ask: () => Promise<T>,
    isAway: (outcome: T) => boolean,
  ): Promise<T> {
    const outcome = await ask();
    if (isAway(outcome)) {
      this.#restUntil.set(host, now() + restMilliseconds);
      this.#firstContact.delete(host);
    }
    return outcome;
  }
}
