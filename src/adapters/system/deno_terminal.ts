// Standard output and error of this process.
import type { Terminal } from "../../core/ports/system.ts";

/** Writes whole texts at once. A reader that went away (`magos plan | head`) is no failure of magos. */
export function denoTerminal(stream: typeof Deno.stdout | typeof Deno.stderr): Terminal {
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    get columns(): number {
      return isTerminal ? columnsOfConsole() : 120;
    },
    write(text): void {
      const bytes = new TextEncoder().encode(text);
      try {
        for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}

function columnsOfConsole(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}
