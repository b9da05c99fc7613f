// How the APIs beside the registries have fared in this process: which repositories they hide, and when they want rest.
import { Semaphore } from "../semaphore.ts";

const places = 2;
const shortestRest = 60_000;
const longestRest = 6 * 3_600_000;

/** Memory of one process; what it forgets costs one request more. */
export class SideApiAccess {
  readonly #hidden = new Set<string>();
  readonly #restingUntil = new Map<string, number>();
  readonly #places = new Map<string, Semaphore>();

  /** Runs a question in a place of the API's own, so that those who wait see what became of those before them. */
  run<T>(host: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#places.get(host) ?? new Semaphore(places);
    this.#places.set(host, queue);
    return queue.run(work);
  }

  /** Whether asking for this is known to be in vain. `now` is the monotonic clock, in milliseconds. */
  isInVain(host: string, names: readonly string[], now: number): boolean {
    return (this.#restingUntil.get(host) ?? -Infinity) > now || names.some((name) => this.#hidden.has(name));
  }

  /** The API does not show this: a private repository, or a tag that is gone. */
  hide(name: string): void {
    this.#hidden.add(name);
  }

  /** Leaves the API alone for some milliseconds, a minute at least and six hours at most. */
  rest(host: string, now: number, milliseconds: number): void {
    this.#restingUntil.set(host, now + Math.min(Math.max(milliseconds, shortestRest), longestRest));
  }
}
