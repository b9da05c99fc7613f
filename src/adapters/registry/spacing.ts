// Starts that keep a distance from each other, in the order in which they were asked for (registries 4.6).
import type { Clock } from "../../core/ports/clock.ts";
import { Semaphore } from "./semaphore.ts";

/** Lets one start after the other, `apart` milliseconds between them at least. */
export class Spacing {
  readonly #clock: Clock;
  readonly #apart: number;
  readonly #turn = new Semaphore(1);
  #last = -Infinity;

  constructor(clock: Clock, apart: number) {
    this.#clock = clock;
    this.#apart = apart;
  }

  /** Waits for the distance, then for `begin`, whose end is the start. False when the signal fired or `begin` said so. */
  async start(signal: AbortSignal | undefined, begin: () => Promise<boolean>): Promise<boolean> {
    if (this.#apart === 0) return await begin();
    if (!(await this.#turn.acquire(signal))) return false;
    try {
      const wait = this.#last + this.#apart - this.#clock.monotonic();
      if (wait > 0) await this.#clock.sleep(wait, signal);
      if (signal?.aborted || !(await begin())) return false;
      this.#last = this.#clock.monotonic();
      return true;
    } finally {
      this.#turn.release();
    }
  }
}
