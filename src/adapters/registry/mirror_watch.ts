// Which mirrors can be reached. One request finds it out; the others wait for it, so that no more than that is wasted.

/** Milliseconds for which a mirror that cannot be reached is not tried again. */
const restMilliseconds = 10 * 60_000;

/** What this process knows of mirrors, by host. Times are those of the monotonic clock. */
export class MirrorWatch {
  readonly #restUntil = new Map<string, number>();
  readonly #firstContact = new Map<string, Promise<void>>();

  /** Whether the mirror is to be asked; waits while somebody else makes the first contact. */
  async mayAsk(host: string, now: () => number): Promise<boolean> {
    await this.#firstContact.get(host);
    return (this.#restUntil.get(host) ?? -Infinity) <= now();
  }

  /** Notes that somebody asks the mirror: the first one is waited for. */
  async contact<T>(host: string, asking: Promise<T>): Promise<T> {
    if (!this.#firstContact.has(host)) this.#firstContact.set(host, asking.then(() => {}, () => {}));
    return await asking;
  }

  /** Leaves a mirror alone that could not be reached; after the rest there is a first contact again. */
  rest(host: string, now: number): void {
    this.#restUntil.set(host, now + restMilliseconds);
    this.#firstContact.delete(host);
  }
}
