// Builds the binaries, `deno task compile [amd64] [arm64]`: dist/magos-linux-*, what they hold, and their sums.
//
// The program and its libraries become one file (dist/magos.mjs, with a source map for stack traces); that file is
// embedded. Both are proved before they count: the bundle holds only the program and its locked packages, and the
// binary, read back, holds that very file with the permissions of deno.json, V8's flags for little memory, and nothing
// else. What fails is not left behind. Whether the binary starts is for the machine it is for: `.ci/smoke`.
import { type Arch, binaryName, bundleName, distFolder, projectFolder, targets } from "./build_settings.ts";
import { bundleImports, makeBundle } from "./bundle.ts";
import { bundleProblems } from "./bundle_problems.ts";
import { compile, keepIfSame } from "./compile.ts";
import { readLock, readManifest } from "./manifest.ts";
import { bundledPackages, notices, sbom } from "./sbom.ts";

const dist = `${projectFolder}/${distFolder}`;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function complain(lines: readonly string[]): void {
  Deno.stderr.writeSync(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
}

function size(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** The bundle, checked, with its list of packages and their licences. Gives false when it may not be used. */
async function bundle(): Promise<boolean> {
  const modules = await makeBundle();
  const manifest = readManifest();
  const lock = readLock();
  const paths = modules.map((module) => module.path);
  const problems = bundleProblems(paths, await bundleImports(), manifest.packages, lock);
  if (problems.length > 0) {
    complain(problems);
    return false;
  }
  const packages = await bundledPackages(modules, lock);
  await Deno.writeTextFile(`${dist}/magos.cdx.json`, sbom(manifest.version, Deno.version.deno, packages));
  await Deno.writeTextFile(`${dist}/THIRD-PARTY-NOTICES.txt`, notices(packages));
  const { size: bytes } = await Deno.stat(`${dist}/${bundleName}`);
  say(`${distFolder}/${bundleName}  ${size(bytes)}, ${modules.length} modules, ${packages.length} packages`);
  return true;
}

async function build(archs: readonly Arch[]): Promise<number> {
  await Deno.mkdir(dist, { recursive: true });
  if (!await bundle()) return 1;
  const built = [bundleName, `${bundleName}.map`, "magos.cdx.json", "THIRD-PARTY-NOTICES.txt"];
  let failed = false;
  for (const arch of Object.keys(targets).filter(isArch)) {
    if (!archs.includes(arch)) {
      if (await keepIfSame(arch)) built.push(binaryName(arch));
      continue;
    }
    const compiled = await compile(arch);
    const name = `${distFolder}/${binaryName(arch)}`;
    if (compiled.ok) {
      built.push(binaryName(arch));
      say(`${name}  ${size(compiled.size)}`);
    } else complain([`${name} was not built:`, ...compiled.problems.map((problem) => `  ${problem}`)]);
    failed ||= !compiled.ok;
  }
  await Deno.writeTextFile(`${dist}/SHA256SUMS`, await sums(built));
  return failed ? 1 : 0;
}

/** Lines as `sha256sum --check` reads them. */
async function sums(names: readonly string[]): Promise<string> {
  const lines = names.toSorted().map(async (name) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${dist}/${name}`));
    return `${new Uint8Array(digest).toHex()}  ${name}\n`;
  });
  return (await Promise.all(lines)).join("");
}

function isArch(word: string): word is Arch {
  return Object.hasOwn(targets, word);
}

const words = Deno.args.length === 0 ? Object.keys(targets) : Deno.args;
const strange = words.filter((word) => !isArch(word));
if (strange.length > 0) {
  complain([`${strange.join(", ")}: only ${Object.keys(targets).join(" and ")} are built`]);
  Deno.exit(2);
}
Deno.exit(await build(words.filter(isArch)));
