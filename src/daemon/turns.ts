// Who goes next where several are ready: nobody who is always ready keeps the others waiting for ever.

/** Remembers who had to wait. */
export interface Turns<T> {
  /** One of those that are ready: who waited longest, else the first; undefined when nobody is. */
  next(ready: readonly T[]): T | undefined;
}

/** Nobody has waited yet. */
export function createTurns<T>(): Turns<T> {
  let waiting: readonly T[] = [];
  return {
    next(ready) {
      const still = waiting.filter((it) => ready.includes(it));
      const [chosen, ...others] = [...still, ...ready.filter((it) => !still.includes(it))];
      waiting = others;
      return chosen;
    },
  };
}
