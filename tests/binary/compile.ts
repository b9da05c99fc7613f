// One binary: `deno compile` of the bundle, read back and compared, or why it could not be built and what helps.
import {
  type Arch,
  binaryName,
  bundleName,
  compileFlags,
  distFolder,
  projectFolder,
  targets,
} from "./build_settings.ts";
import { binaryProblems } from "./binary_problems.ts";
import { readEmbedded } from "./embedded.ts";
import { readManifest } from "./manifest.ts";
import { denoText, runDeno } from "./run_deno.ts";

/** What came of it: the file's size in bytes, or the reasons why there is no binary. */
export type Compiled =
  | { readonly ok: true; readonly size: number }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Compiles `dist/magos.mjs`, which must be there. A binary with problems is removed again. */
export async function compile(arch: Arch): Promise<Compiled> {
  const out = `${projectFolder}/${distFolder}/${binaryName(arch)}`;
  await Deno.remove(out).catch(() => {});
  const args = [...compileFlags, `--target=${targets[arch]}`, "-o", out, `${distFolder}/${bundleName}`];
  const { code, stderr } = await runDeno(projectFolder, args);
  if (code !== 0) return { ok: false, problems: await explain(arch, stderr) };
  const problems = await problemsOf(out, arch);
  if (problems.length === 0) return { ok: true, size: (await Deno.stat(out)).size };
  await Deno.remove(out);
  return { ok: false, problems };
}

/** Removes a binary of an earlier build that holds another program; gives whether one is there afterwards. */
export async function keepIfSame(arch: Arch): Promise<boolean> {
  const file = `${projectFolder}/${distFolder}/${binaryName(arch)}`;
  if (await Deno.stat(file).then(() => false, () => true)) return false;
  const isSame = await problemsOf(file, arch).then((problems) => problems.length === 0, () => false);
  if (!isSame) await Deno.remove(file);
  return isSame;
}

async function problemsOf(file: string, arch: Arch): Promise<readonly string[]> {
  const bundle = await Deno.readFile(`${projectFolder}/${distFolder}/${bundleName}`);
  const embedded = readEmbedded(await Deno.readFile(file));
  const problems = binaryProblems(embedded, { machine: arch, manifest: readManifest(), bundle });
  // DENORT_BIN is taken for every target (denoland/deno, cli/standalone/binary.rs).
  const isOther = embedded.machine !== arch && Deno.env.get("DENORT_BIN") !== undefined;
  return isOther ? [...problems, `DENORT_BIN must name a runtime part for ${targets[arch]}`] : problems;
}

/** The error of `deno compile` as lines; a runtime part that is not to be had is told with what supplies it. */
async function explain(arch: Arch, stderr: string): Promise<readonly string[]> {
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const cut = lines.findIndex((line) => line.startsWith("Stack backtrace"));
  const told = cut < 0 ? lines : lines.slice(0, cut);
  if (!stderr.includes("Setting up base binary") && !stderr.includes("Could not find denort")) return told;
  const { denoDir } = JSON.parse(await denoText(projectFolder, ["info", "--json"])) as { denoDir: string };
  return [...told, ...missingRuntime(arch, denoDir)];
}

/** How to supply Deno's runtime part by hand. */
export function missingRuntime(arch: Arch, denoDir: string): readonly string[] {
  const path = `release/v${Deno.version.deno}/denort-${targets[arch]}.zip`;
  return [
    `Deno's runtime part for ${targets[arch]}, to which the program is added, cannot be had. Supply it by hand, either`,
    `  as it is published: https://dl.deno.land/${path} at ${denoDir}/dl/${path}`,
    `  or unpacked:        DENORT_BIN=/path/to/denort deno task compile ${arch}`,
  ];
}
