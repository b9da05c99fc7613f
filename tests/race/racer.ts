// The agents of the race as the driver sees them: told to begin, asked how it ended.
import { startMagos } from "../e2e/start_magos.ts";
import type { Homelab } from "../e2e/homelab.ts";
import type { Reported } from "../e2e/half_done.ts";

/** A running agent. */
export interface Racer {
  /** Its state folder. */
  readonly state: string;
  /** Runs one pass and gives its JSON. */
  pass(): Promise<Report>;
  close(): Promise<void>;
}

/** What the driver reads of `magos update --json`. */
export interface Report extends Reported {
  readonly deliveries?: readonly { readonly attempts: number; readonly state: string }[];
}

/** Starts an agent with a state of its own on the homelab's repository and registry. */
export async function startRacer(homelab: Homelab, name: string): Promise<Racer> {
  const config = `${homelab.folder}/${name}.yaml`;
  const text = await Deno.readTextFile(homelab.config);
  await Deno.writeTextFile(config, text.replace("state: { dir: state }", `state: { dir: ${name} }`));
  const child = startMagos({ ...homelab, config }, ["update", "--json"], {
    entry: "tests/race/agent.ts",
    stdin: "piped",
  });
  const [writer, reader] = [child.stdin.getWriter(), child.stdout.pipeThrough(new TextDecoderStream()).getReader()];
  return {
    state: `${homelab.folder}/${name}`,
    async pass() {
      await writer.write(new TextEncoder().encode("\n"));
      let text = "";
      while (!text.endsWith("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`${name} ended: ${text}`);
        text += value;
      }
      return JSON.parse(text);
    },
    async close() {
      await writer.close();
      await child.status;
      await reader.cancel();
    },
  };
}
