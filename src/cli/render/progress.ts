// One line on the terminal that says what is going on, for whatever takes longer than a second.
import type { System } from "../../core/ports/system.ts";

/** A line that is written over and, in the end, wiped away. */
export interface Progress {
  update(what: string, done: number, total: number): void;
  clear(): void;
}

const quietFor = 1000;
const between = 100;

/** Shows nothing at all where stderr is no terminal, or with `--quiet`. */
export function createProgress(system: System, quiet: boolean): Progress {
  const { stderr, clock } = system;
  if (!stderr.isTerminal || quiet) return { update: () => {}, clear: () => {} };
  const start = clock.monotonic();
  let last = -Infinity;
  let shown = false;
  return {
    update(what, done, total): void {
      const now = clock.monotonic();
      if (now - start < quietFor || (now - last < between && done < total)) return;
      last = now;
      shown = true;
      const text = total === 0 ? what : `${what} ${done}/${total}`;
      stderr.write(`\r\x1b[K${text.slice(0, Math.max(10, stderr.columns - 1))}`);
    },
    clear(): void {
      if (shown) stderr.write("\r\x1b[K");
      shown = false;
    },
  };
}
