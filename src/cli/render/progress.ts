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
  const ended = new AbortController();
  let text = "";
  let last = -Infinity;
  let visible = false;
  const show = (): void => {
    last = clock.monotonic();
    stderr.write(`\r\x1b[K${text.slice(0, Math.max(10, stderr.columns - 1))}`);
  };
  // What hangs reports nothing, so the first line comes by itself.
  void clock.sleep(quietFor, ended.signal).then(() => {
    visible = !ended.signal.aborted;
    if (visible && text !== "") show();
  });
  return {
    update(what, done, total): void {
      text = total === 0 ? what : `${what} ${done}/${total}`;
      if (visible && (clock.monotonic() - last >= between || done === total)) show();
    },
    clear(): void {
      ended.abort();
      if (visible && text !== "") stderr.write("\r\x1b[K");
      visible = false;
    },
  };
}
