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

/**
 * One round: both agents begin, and the person does something at once; or pushes what was begun before only after an
 * agent is done; or cuts in right before the first push of an agent.
 */
export async function together(
  { server }: Homelab,
  racers: readonly Racer[],
  person: (dawdle?: Promise<unknown>) => Promise<void>,
  when: "at once" | "dawdle" | "cut in",
): Promise<readonly Report[]> {
  let acted: Promise<void> | null = null;
  if (when === "cut in") server.options.beforePush = () => acted = person();
  const passes = racers.map((racer) => racer.pass());
  if (when !== "cut in") acted = person(when === "dawdle" ? Promise.race(passes) : undefined);
  const reports = await Promise.all(passes);
  server.options.beforePush = null;
  // No agent had anything to push.
  await (acted ?? person());
  return reports;
}
