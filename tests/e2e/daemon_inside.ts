// `magos run` in the test's own process: its log is waited for, and a signal stops it.
import type { System } from "../../src/core/ports/system.ts";
import type { Homelab, Ran } from "./homelab.ts";

/** One line of its log. */
export type Event = Readonly<Record<string, unknown>> & { readonly name: string };

/** The verb at work. */
export interface Inside {
  /** Waits for an event of this name, behind the ones waited for before. */
  event(name: string): Promise<Event>;
  stop(): void;
  readonly ended: Promise<Ran>;
}

/** Starts the verb. `onEvent` sees each event as it happens. */
export function startInside(
  homelab: Homelab,
  onEvent: (event: Event, stop: () => void) => void = () => {},
  changes: Partial<System> = {},
): Inside {
  const controller = new AbortController();
  const stop = (): void => controller.abort("SIGTERM");
  const queue: Event[] = [];
  let wake = (): void => {};
  const log: System["log"] = {
    event(_level, name, fields = {}) {
      const event = { ...fields, name };
      queue.push(event);
      onEvent(event, stop);
      wake();
    },
  };
  return {
    stop,
    ended: homelab.magos(["run"], { ...changes, stop: controller.signal, log }),
    async event(name) {
      for (;;) {
        const event = queue.shift();
        if (event === undefined) await new Promise<void>((resolve) => wake = resolve);
        else if (event.name === name) return event;
      }
    },
  };
}
