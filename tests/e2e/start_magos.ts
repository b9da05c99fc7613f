// magos as a process of its own on a homelab, to be killed, stopped or raced.
import type { Homelab } from "./homelab.ts";

/** What is different from the usual. */
export interface StartOptions {
  /** A file that starts the program, from the project's folder. */
  readonly entry?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: "piped" | "null";
}

/** Starts `magos ARGS` on the homelab's configuration; stdout is for the caller to read. */
export function startMagos(
  homelab: Pick<Homelab, "config" | "env">,
  args: readonly string[],
  { entry = "tests/e2e/stop_main.ts", env = {}, stdin = "null" }: StartOptions = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", entry, "--config", homelab.config, ...args],
    clearEnv: true,
    env: { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", ...denoDir(), ...env },
    stdin,
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** The child's HOME is the test's; without this it would load every dependency again. */
function denoDir(): Record<string, string> {
  return { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` };
}
