// How long it takes from the shell to the answer, for verbs that ask nobody.
import { v8Flags } from "../binary/build_settings.ts";
import { type BenchWorld, projectFolder } from "./bench_world.ts";
import { milliseconds, printRow, timed } from "./figures.ts";

const rounds = 15;

/** Prints start-up times beside those of an empty program. `world` has seen an update, so there is a state to show. */
export async function printStartUp(world: BenchWorld): Promise<void> {
  const empty = `${world.folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  const magos = ["run", "-q", "-P=magos", `${projectFolder}/main.ts`];
  const commands: [string, readonly string[]][] = [
    ["deno run of an empty file", ["run", "-q", "--no-config", empty]],
    ["magos version, from the source", [...magos, "version"]],
  ];
  const bundle = await makeBundle(world, "main.ts");
  const permitted = ["run", "-q", "--config", `${projectFolder}/deno.json`, "-P=magos"];
  const released = [...permitted, bakedFlags, bundle ?? ""];
  if (bundle !== null) {
    commands.push(
      ["magos version, bundled and minified", [...permitted, bundle, "version"]],
      ["magos version, as released", [...released, "version"]],
    );
  }
  commands.push(
    ["magos status", [...magos, "status", ...world.flags]],
    ["magos plan --offline", [...magos, "plan", "--offline", ...world.flags]],
  );
  if (bundle !== null) {
    commands.push(
      ["magos status, as released", [...released, "status", ...world.flags]],
      ["magos plan --offline, as released", [...released, "plan", "--offline", ...world.flags]],
    );
  }
  const samples = commands.map((): number[] => []);
  // All in turn, so that a busy moment of the machine falls on all of them.
  for (let round = -1; round < rounds; round++) {
    for (const [at, [, args]] of commands.entries()) {
      const taken = await timed(() => runQuietly(world, args));
      if (round >= 0) samples[at]?.push(taken);
    }
  }
  for (const [at, [name]] of commands.entries()) printRow(name, milliseconds(samples[at] ?? []));
  if (bundle === null) printRow("bundled, and as released", "skipped: `deno bundle` does not work here");
}

/** V8's flags as a release bakes them in, for `deno run`. */
export const bakedFlags = `--v8-flags=${v8Flags.join(",")}`;

/** Where a program is made and run, with what is in its environment. */
export type BenchPlace = Pick<BenchWorld, "folder" | "env">;

/** Runs Deno with the world's environment and gives what it prints; throws when it fails. */
export async function runQuietly(world: BenchPlace, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: world.folder,
    // Where Deno keeps compiled modules depends on the caller's HOME, not on the world's.
    env: { ...Deno.env.toObject(), ...world.env, ...denoFolder() },
    clearEnv: true,
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(`deno ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Where Deno keeps what it compiled for the caller: a fresh folder would cost every process time and memory. */
export function denoFolder(): Record<string, string> {
  const [dir, home] = [Deno.env.get("DENO_DIR"), Deno.env.get("HOME")];
  if (dir !== undefined) return { DENO_DIR: dir };
  return home === undefined ? {} : { DENO_DIR: `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno` };
}

/** Bundles a program of the project as a release does; null where Deno cannot, such as without a network. */
export async function makeBundle(world: BenchPlace, entry: string): Promise<string | null> {
  const out = `${world.folder}/${entry.replaceAll("/", "_")}.mjs`;
  const config = `${projectFolder}/deno.json`;
  const args = ["bundle", "-q", "--config", config, "--platform", "deno", "--minify", "-o", out];
  return await runQuietly(world, [...args, `${projectFolder}/${entry}`]).then(() => out, () => null);
}
