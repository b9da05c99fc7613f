// The machine as a daemon's passes see it: each program that ended and each answer that came is told to who watches.
import type { System } from "../core/ports/system.ts";

/** A system that can be listened to. */
export interface MovingSystem {
  readonly system: System;
  /** From now on this listener is told, and no other. */
  listen(onProgress: () => void): void;
}

/**
 * Wraps programs and requests. Each of them ends by its own time limit, so a pass in which none ends for longer than
 * the longest limit does nothing any more: many slow pulls, one after the other, are no such pass.
 */
export function movingSystem(system: System): MovingSystem {
  let told = (): void => {};
  const afterwards = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      told();
    }
  };
  const { process, http } = system;
  return {
    system: {
      ...system,
      process: { run: (command) => afterwards(process.run(command)) },
      http: {
        send: (request, options) => afterwards(http.send(request, options)),
        ...http.release === undefined ? {} : { release: (identity) => http.release?.(identity) },
      },
    },
    listen(onProgress) {
      told = onProgress;
    },
  };
}
