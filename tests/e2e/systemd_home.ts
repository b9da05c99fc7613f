// A homelab whose user has a real service manager, and a program for the unit to start, hemmed in as a release is.
import { projectFolder, v8Flags } from "../binary/build_settings.ts";
import { needs } from "../fakes/needs.ts";
import { systemdPrograms, type SystemdWorld, withSystemd } from "../fakes/systemd_world.ts";
import { type Homelab, type HomelabOptions, withHomelab } from "./homelab.ts";

/** The programs that every test of it needs. */
export const systemdNeeds = needs(...systemdPrograms);

/** The world of one test. */
export interface SystemdHome extends Homelab, SystemdWorld {
  /** `magos --config ... ARGS` as the user would call it, in a process of its own. */
  shell(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** What the service has logged. */
  readonly logFile: string;
  /** How each run of it ended: systemd's result and the exit code or signal. */
  results(): Promise<readonly string[]>;
}

/** What is different from the usual. */
export interface SystemdHomeOptions extends HomelabOptions {
  /** The file that the program starts, from the project's folder. */
  readonly entry?: string;
}

/** Drop-in for a service of a test: its log and its ends where the test finds them, and no wait before a restart. */
export const loggedService = `[Service]
StandardError=append:%h/service.log
ExecStopPost=/bin/sh -c 'echo "$SERVICE_RESULT $EXIT_STATUS" >>"$HOME/results"'
RestartSec=100ms
`;

/** Builds the world, runs the test, takes all down. */
export async function withSystemdHome(
  options: SystemdHomeOptions,
  test: (home: SystemdHome) => Promise<void>,
): Promise<void> {
  await withHomelab(options, async (homelab) => {
    const { folder, config } = homelab;
    const program = `${folder}/bin/magos`;
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(program, programText(options.entry ?? "main.ts"), { mode: 0o755 });
    const env = { PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}` };
    await withSystemd(folder, env, (world) =>
      test({
        ...homelab,
        ...world,
        shell: (...args) => world.run(program, "--config", config, ...args),
        logFile: `${folder}/service.log`,
        results: async () => (await Deno.readTextFile(`${folder}/results`)).trim().split("\n"),
      }));
  });
}

/**
 * The program from its source, under the permissions and V8 flags of a release. It is as large as one too: the unit of
 * a small script would be less hemmed in.
 */
function programText(entry: string): string {
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const words = [
    Deno.execPath(),
    "run",
    "-q",
    "--no-prompt",
    "--no-code-cache",
    `--config=${projectFolder}/deno.json`,
    "-P=magos",
    `--v8-flags=${v8Flags.join(",")}`,
    `${projectFolder}/${entry}`,
  ];
  return `#!/bin/sh
export DENO_DIR="${cache}"
while [ -e "$HOME/not-yet" ]; do sleep 0.1; done
exec ${words.join(" ")} "$@"
${`# ${"-".repeat(117)}\n`.repeat(10_000)}`;
}
