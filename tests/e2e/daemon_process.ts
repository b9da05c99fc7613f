// `magos run` as a process of its own, with what it says to systemd and on stderr for the test to wait for.
import { wordsOf } from "../fakes/process_words.ts";
import type { Homelab } from "./homelab.ts";

/** A daemon that runs. */
export interface DaemonProcess {
  readonly pid: number;
  /** Waits for a line of the log that fits, behind the ones waited for before. */
  line(pattern: RegExp): Promise<string>;
  /** Waits for a notice to systemd likewise. */
  notice(pattern: RegExp): Promise<string>;
  signal(name: Deno.Signal): void;
  /** Waits for its end. */
  ended(): Promise<Deno.CommandStatus>;
}

/** What is different from the usual. */
export interface DaemonOptions {
  /** Arguments of `deno run` up to the file that starts the program. */
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it under the permission set of the program, runs the test, and ends what is left. */
export async function withDaemon(
  homelab: Pick<Homelab, "folder" | "config" | "env">,
  test: (daemon: DaemonProcess) => Promise<void>,
  { program = ["main.ts"], env: more = {} }: DaemonOptions = {},
): Promise<void> {
  const path = `${homelab.folder}/notify`;
  // Children have rights that the tests have not: only they may use sockets of the file system.
  const listener = start(["-A", "tests/fakes/notify_listener.ts", path], {}, "stdout");
  try {
    await listener.said(/listening/);
    const env = { ...homelab.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: "6000000", ...more };
    const args = ["--no-prompt", "--config=deno.json", "-P=magos", ...program, "--config", homelab.config, "run"];
    const daemon = start(args, env, "stderr");
    try {
      const { child } = daemon;
      const signal = (name: Deno.Signal): void => child.kill(name);
      await test({ pid: child.pid, line: daemon.said, notice: listener.said, signal, ended: () => child.status });
    } finally {
      await daemon.end();
    }
  } finally {
    await listener.end();
  }
}

interface Started {
  readonly child: Deno.ChildProcess;
  said(pattern: RegExp): Promise<string>;
  end(): Promise<void>;
}

function start(args: readonly string[], env: Readonly<Record<string, string>>, pipe: "stdout" | "stderr"): Started {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...args],
    clearEnv: true,
    env: {
      ...env,
      PATH: Deno.env.get("PATH") ?? "",
      // The child's HOME is the test's; without this it would load every dependency again.
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
    stdout: "null",
    stderr: "null",
    [pipe]: "piped",
  }).spawn();
  const words = wordsOf(child[pipe]);
  return {
    child,
    said: words.said,
    async end() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await words.cancel();
      await child.status;
    },
  };
}
