// What magos doctor answers on a host whose programs say what the test wants.
import { denoProcess } from "../../src/adapters/system/deno_process.ts";
import type { Command, Process } from "../../src/core/ports/process.ts";
import type { System } from "../../src/core/ports/system.ts";
import type { Homelab } from "./homelab.ts";

/** A line of the answer. */
export interface Check {
  readonly id: string;
  readonly subject: string | null;
  readonly state: string;
  readonly message: string;
  readonly cure: string | null;
  readonly seconds: number;
}

/** Runs `magos doctor IDS --json` in a homelab, on a machine with these changes. */
export async function doctor(
  homelab: Homelab,
  ids: readonly string[],
  changes: Partial<System> = {},
): Promise<{ readonly code: number; readonly checks: readonly Check[] }> {
  const { code, out } = await homelab.magos(["doctor", ...ids, "--json"], changes);
  return { code, checks: JSON.parse(out).checks };
}

/** Programs that say what the test wants; git is the real one, all others are missing. */
export function programs(answers: Readonly<Record<string, (args: string) => string | null>>): Process {
  const real = denoProcess([]);
  return {
    run: (command: Command) => {
      if (command.program === "git") return real.run(command);
      const said = answers[command.program]?.(command.args.join(" "));
      if (said === undefined) {
        const message = `the program ${command.program} is not installed`;
        return Promise.resolve({ ok: false, failure: { code: "process.missing", message, retry: "never" } });
      }
      const value = {
        code: said === null ? 1 : 0,
        stdout: new TextEncoder().encode(said ?? ""),
        stderr: "",
        ended: null,
      };
      return Promise.resolve({ ok: true, value });
    },
  };
}
