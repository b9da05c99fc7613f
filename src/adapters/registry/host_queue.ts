// Where requests to one server wait for a place and for their distance; HTTP/2 has no limit of its own (registries 2.4).
import type { Clock } from "../../core/ports/clock.ts";
import type { Politeness } from "./politeness.ts";
import { Semaphore } from "./semaphore.ts";
import { Spacing } from "./spacing.ts";

/** The queue of one server. Lists stand in a line of their own first, so that other requests pass them. */
export class HostQueue {
  readonly #places: Semaphore;
  readonly #starts: Spacing;
  readonly #listPlaces: Semaphore;
  readonly #listStarts: Spacing;

  constructor(clock: Clock, { all, lists }: Politeness) {
    this.#places = new Semaphore(all.atOnce);
    this.#starts = new Spacing(clock, all.apart);
    this.#listPlaces = new Semaphore(lists.atOnce);
    // Where lists keep no greater distance than everything, the common one is enough.
    this.#listStarts = new Spacing(clock, lists.apart > all.apart ? lists.apart : 0);
  }

  /** Runs the work in a place of its own; null when the signal fired before it could begin. */
  async run<T>(isList: boolean, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T | null> {
    if (!isList) return await this.#begin(signal) ? await this.#inPlace(work) : null;
    if (!(await this.#listPlaces.acquire(signal))) return null;
    try {
      return await this.#listStarts.start(signal, () => this.#begin(signal)) ? await this.#inPlace(work) : null;
    } finally {
      this.#listPlaces.release();
    }
  }

  async #begin(signal: AbortSignal | undefined): Promise<boolean> {
    if (!(await this.#places.acquire(signal))) return false;
    const started = await this.#starts.start(signal, () => Promise.resolve(true));
    if (!started) this.#places.release();
    return started;
  }

  async #inPlace<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#places.release();
    }
  }
}
