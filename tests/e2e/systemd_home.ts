// A homelab whose user has a real service manager, and a program for the unit to start, hemmed in as a release is.
import { projectFolder, v8Flags } from "../binary/build_settings.ts";
import { needs } from "../fakes/needs.ts";
import { systemdPrograms, type SystemdWorld, withSystemd, withSystemSystemd } from "../fakes/systemd_world.ts";
import { type Homelab, type HomelabOptions, withHomelab } from "./homelab.ts";

/** The programs that every test of it needs. */
export const systemdNeeds = needs(...systemdPrograms);

/** The world of one test. */
export interface SystemdHome extends Homelab, SystemdWorld {
  /** `magos --config ... ARGS` as the user would call it, in a process of its own. */
  shell(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  /** The homelab's folder as services see it. */
  readonly seen: string;
  /** Drop-in for a service of the test: its log and its ends where the test finds them, no wait before a restart. */
  readonly logged: string;
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

/** Builds the world of a user, runs the test, takes all down. */
export function withSystemdHome(
  options: SystemdHomeOptions,
  test: (home: SystemdHome) => Promise<void>,
): Promise<void> {
  return withHomelab(options, (homelab) => {
    const { folder } = homelab;
    const places = { deno: Deno.execPath(), project: projectFolder, cache: denoFolder() };
    writeProgram(folder, { ...places, entry: options.entry ?? "main.ts" });
    const env = { PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}` };
    return withSystemd(folder, env, (world) => test(homeOf(homelab, world, folder)));
  });
}

/** The same on a host whose magos belongs to the system: for services, the homelab lies in `/mnt`. */
export function withSystemdHost(options: HomelabOptions, test: (home: SystemdHome) => Promise<void>): Promise<void> {
  return withHomelab(options, (homelab) => {
    const { folder } = homelab;
    const deno = Deno.execPath();
    const name = deno.slice(deno.lastIndexOf("/") + 1);
    writeProgram(folder, { deno: `/srv/${name}`, project: "/opt", cache: "/media", entry: "main.ts" });
    const path = `/mnt/bin:${Deno.env.get("PATH") ?? ""}`;
    const env = { PATH: path, PROJECT: projectFolder, DENO_DIR: denoFolder(), DENO: deno };
    return withSystemSystemd(folder, env, (world) => test(homeOf(homelab, world, "/mnt")));
  });
}

function homeOf(homelab: Homelab, world: SystemdWorld, seen: string): SystemdHome {
  const { folder, config } = homelab;
  const logFile = `${folder}/service.log`;
  return {
    ...homelab,
    ...world,
    seen,
    logFile,
    logged: `[Service]
StandardOutput=append:${seen}/results
StandardError=append:${seen}/service.log
ExecStopPost=/bin/sh -c 'echo "$SERVICE_RESULT $EXIT_STATUS"'
RestartSec=100ms
`,
    shell: (...args) => world.run(`${seen}/bin/magos`, "--config", config.replace(folder, seen), ...args),
    results: async () => (await Deno.readTextFile(`${folder}/results`)).trim().split("\n"),
  };
}

function denoFolder(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

/** Where the program finds itself. */
interface ProgramPlaces {
  readonly deno: string;
  readonly project: string;
  readonly cache: string;
  readonly entry: string;
}

/**
 * The program from its source, under the permissions and V8 flags of a release. It is as large as one too: the unit of
 * a small script would be less hemmed in.
 */
function writeProgram(folder: string, { deno, project, cache, entry }: ProgramPlaces): void {
  const words = [
    deno,
    "run",
    "-q",
    "--no-prompt",
    "--no-code-cache",
    `--config=${project}/deno.json`,
    "-P=magos",
    `--v8-flags=${v8Flags.join(",")}`,
    `${project}/${entry}`,
  ];
  const text = `#!/bin/sh
export DENO_DIR="${cache}"
while [ -e "${"${0%/bin/magos}"}/not-yet" ]; do sleep 0.1; done
exec ${words.join(" ")} "$@"
${`# ${"-".repeat(117)}\n`.repeat(10_000)}`;
  Deno.mkdirSync(`${folder}/bin`);
  Deno.writeTextFileSync(`${folder}/bin/magos`, text, { mode: 0o755 });
}
