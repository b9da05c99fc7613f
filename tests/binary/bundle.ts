// The program and its libraries as one file, with the list of what went into it.
import * as z from "zod";
import { bundleName, distFolder, projectFolder } from "./build_settings.ts";
import { denoText } from "./run_deno.ts";

/** One file that went into the bundle. */
export interface BundledModule {
  /** `src/cli/cli.ts`, or `npm:yaml@2.9.1/dist/index.js`. */
  readonly path: string;
  /** For a package: where its files lie on this machine. */
  readonly folder: string | null;
}

const map = z.looseObject({ sources: z.array(z.string()) });

/**
 * Writes `dist/magos.mjs` and its source map, with which a stack trace can be read. (With `--keep-names` Deno 2.9 makes
 * a bundle that does not start.) Paths and times of this machine are taken out: the same sources make the same bytes.
 * @throws {Error} when Deno cannot bundle, such as without a network on the first run (it fetches esbuild from npm).
 */
export async function makeBundle(name = bundleName, entry = "main.ts"): Promise<readonly BundledModule[]> {
  const out = `${projectFolder}/${distFolder}/${name}`;
  const args = ["bundle", "-q", `--config=${projectFolder}/deno.json`, "--platform=deno", "--packages=bundle"];
  await denoText(projectFolder, [...args, "--minify", "--sourcemap=external", "-o", out, entry]);
  const sourceMap = map.parse(JSON.parse(await Deno.readTextFile(`${out}.map`)));
  const cache = z.looseObject({ npmCache: z.string() }).parse(
    JSON.parse(await denoText(projectFolder, ["info", "--json"])),
  );
  const modules = sourceMap.sources.map((source) => bundledModule(source, cache.npmCache));
  const sources = modules.map((module) => module.path);
  await Deno.writeTextFile(`${out}.map`, JSON.stringify({ ...sourceMap, sources }));
  await Deno.utime(out, new Date(0), new Date(0));
  return modules;
}

/** A source as the map names it, from the folder of the bundle. */
export function bundledModule(source: string, npmCache: string): BundledModule {
  const file = new URL(source, `file://${projectFolder}/${distFolder}/`).pathname;
  const inside = file.startsWith(`${npmCache}/`) ? file.slice(npmCache.length + 1) : "";
  // The cache's folders: registry, package, version.
  const [, host = "", name = "", version = "", path = ""] =
    /^([^/]+)\/((?:@[^/]+\/)?[^/]+)\/([^/]+)\/(.+)$/.exec(inside) ?? [];
  if (name !== "") return { path: `npm:${name}@${version}/${path}`, folder: `${npmCache}/${host}/${name}/${version}` };
  return { path: file.startsWith(`${projectFolder}/`) ? file.slice(projectFolder.length + 1) : file, folder: null };
}

/** What the bundle still imports when it runs. */
export async function bundleImports(): Promise<readonly string[]> {
  const graph = z.looseObject({ modules: z.array(z.looseObject({ specifier: z.string() })) });
  const file = `${projectFolder}/${distFolder}/${bundleName}`;
  const told = graph.parse(
    JSON.parse(await denoText(projectFolder, ["info", "--json", "--no-config", "--no-lock", file])),
  );
  return told.modules.map((module) => module.specifier).filter((specifier) => specifier !== `file://${file}`).sort();
}
