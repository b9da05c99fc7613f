// Answers that are shown again for a moment instead of being made anew: a flood of readers costs little more than one.
import type { Clock } from "../../core/ports/clock.ts";

/** In milliseconds. */
const shownAgain = 1000;

/** Gives what was made within the last second, else makes it. A failure is not shown again. */
export function remembered<T>(clock: Clock, make: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | null = null;
  return () => {
    const now = clock.monotonic();
    if (last === null || now - last.at >= shownAgain) {
      const value = make();
      value.catch(() => last = null);
      last = { at: now, value };
    }
    return last.value;
  };
}

/** Runs that `/api/v1/history` gives at most. */
export const mostRuns = 1000;
/** What is read for a number of runs: the next of these, so that no choice of numbers has it read again and again. */
const steps = [20, 200, mostRuns];

type History = Record<string, unknown>;

/** The last runs by their number, at most `mostRuns`. `read` is asked for one of few numbers, once a second at most. */
export function rememberedHistory(clock: Clock, read: (limit: number) => Promise<History>): typeof read {
  const readers = steps.map((step) => ({ step, ask: remembered(clock, () => read(step)) }));
  return async (limit) => {
    const document = await (readers.find(({ step }) => step >= limit)?.ask() ?? read(limit));
    const runs = document["runs"] as readonly unknown[];
    return { ...document, runs: runs.slice(0, limit), complete: document["complete"] === true && runs.length <= limit };
  };
}
