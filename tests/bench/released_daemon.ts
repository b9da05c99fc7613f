// `magos run` as a release runs it: one bundled file, V8's flags baked in, the permissions and `malloc` of its unit.
import { runtimeEnvironment } from "../../src/core/stack/runtime_environment.ts";
import { wordsOf } from "../fakes/process_words.ts";
import { type BenchWorld, projectFolder } from "./bench_world.ts";
import { bakedFlags, denoFolder } from "./start_up.ts";

/** A daemon that runs. Disposing of it ends it. */
export interface ReleasedDaemon extends AsyncDisposable {
  /** Milliseconds from the start of the process to its first answer to `/healthz`. */
  readonly firstAnswer: number;
  readonly address: string;
  /** Waits for a line of its log that fits, behind the ones waited for before. */
  said(pattern: RegExp): Promise<string>;
  /** Asks for update passes, one after the other, and waits for the end of each. */
  passes(count: number): Promise<void>;
  memory(): Promise<Memory>;
}

/** What the system tells of a process, in MiB; all 0 where it tells nothing. */
export interface Memory {
  readonly resident: number;
  /** Resident and its own: no page of a file that others could share. */
  readonly own: number;
  /** The most that ever was resident. */
  readonly peak: number;
}

/** What the daemon's webhooks are signed with; of no use outside of the world it is made for. */
export const webhookSecret = "the-secret-of-the-benchmark";

/** What its unit tells the runtime below it. */
const unitEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  runtimeEnvironment.split(" ").map((setting) => setting.split("=")),
);

const adminToken = "the-admin-token-of-the-benchmark";

/** Adds to the world's configuration a server, a sender of webhooks, and a schedule that comes due by itself once only. */
export async function configureDaemon(world: BenchWorld): Promise<void> {
  await Deno.writeTextFile(`${world.folder}/token`, adminToken, { mode: 0o600 });
  await Deno.writeTextFile(`${world.folder}/webhook`, webhookSecret, { mode: 0o600 });
  const config = await Deno.readTextFile(`${world.folder}/config.yaml`);
  const server = `server:
  listen: 127.0.0.1:0
  adminTokenFile: ${world.folder}/token
  webhooks: [{ kind: generic, secretFile: ${world.folder}/webhook }]
`;
  await Deno.writeTextFile(
    `${world.folder}/config.yaml`,
    `${config.replace("level: error", "level: info")}update: { schedule: { every: 1d } }\n${server}`,
  );
}

/** Starts it, and waits until it answers. Its first pass has begun by then. */
export async function startDaemon(world: BenchWorld, bundle: string): Promise<ReleasedDaemon> {
  const begun = performance.now();
  const child = startReleased(world, [
    ...["run", "-q", "--no-prompt", "--config", `${projectFolder}/deno.json`, "-P=magos"],
    // A binary writes no code cache either.
    ...["--no-code-cache", bakedFlags, bundle, "run", ...world.flags],
  ]);
  const { said, cancel } = wordsOf(child.stderr);
  const address = (await said(/server\.listening address=\S+/)).replace(/.*=/, "");
  await (await fetch(`${address}/healthz`)).body?.cancel();
  const firstAnswer = performance.now() - begun;
  return {
    firstAnswer,
    address,
    said,
    async passes(count) {
      const headers = { authorization: `Bearer ${adminToken}` };
      for (let pass = 0; pass < count; pass++) {
        const asked = await fetch(`${address}/api/v1/passes/update`, { method: "POST", headers });
        if (asked.status !== 202) throw new Error(`the daemon answered ${asked.status} when asked for a pass`);
        await asked.body?.cancel();
        await said(/pass\.ended kind=update trigger=request result=(done|nothing)/);
      }
    },
    memory: () => memoryOf(child.pid),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await cancel();
      await child.status;
    },
  };
}

/** Starts Deno in the world, with what a unit tells the runtime. Its errors are for the caller to read. */
export function startReleased(world: BenchWorld, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...world.env, ...denoFolder(), TMPDIR: world.folder, ...unitEnvironment },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Another program reads it: Deno keeps /proc to itself under a permission set. */
export async function memoryOf(pid: number): Promise<Memory> {
  const told = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output().catch(() => null);
  const status = new TextDecoder().decode(told?.stdout);
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
  return { resident: field("VmRSS"), own: field("RssAnon"), peak: field("VmHWM") };
}
