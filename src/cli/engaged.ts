// The configuration in use. A reload puts another in its place, and cuts off nobody who still reads from the last.
import type { Engagement } from "./daemon_work.ts";

/** What is in use now. */
export interface Engaged {
  readonly current: Engagement;
  /** Gives the reader what is in use; its world stays open until the reader is done. */
  read<T>(reader: (engagement: Engagement) => Promise<T>): Promise<T>;
  /** The next takes its place; the last one's world is closed as soon as nobody reads from it. */
  replace(next: Engagement): void;
  /** Closes the world in use, whoever reads. */
  close(): void;
}

/** Begins with the first. */
export function createEngaged(first: Engagement): Engaged {
  const readers = new Map<Engagement, number>();
  let current = first;
  return {
    get current() {
      return current;
    },
    async read(reader) {
      const engagement = current;
      readers.set(engagement, (readers.get(engagement) ?? 0) + 1);
      try {
        return await reader(engagement);
      } finally {
        const left = (readers.get(engagement) ?? 1) - 1;
        if (left > 0) readers.set(engagement, left);
        else {
          readers.delete(engagement);
          if (engagement !== current) engagement.world.close();
        }
      }
    },
    replace(next) {
      const last = current;
      current = next;
      if (!readers.has(last)) last.world.close();
    },
    close: () => current.world.close(),
  };
}
