// Wakes the loop before its time.

/** Rings once for everybody who waits at that moment. */
export interface Bell {
  ring(): void;
  /** Fires at the next ring. */
  readonly next: AbortSignal;
}

/** A bell that has not rung. */
export function createBell(): Bell {
  let controller = new AbortController();
  return {
    ring() {
      const rung = controller;
      controller = new AbortController();
      rung.abort();
    },
    get next() {
      return controller.signal;
    },
  };
}
