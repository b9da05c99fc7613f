// What is inside, for those who have to know: a CycloneDX list of the packages, and their licences.
import type { BundledModule } from "./bundle.ts";
import { packagesOf } from "./bundle_problems.ts";
import type { LockedPackage } from "./manifest.ts";

/** A package inside the bundle, with what its own files say. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its package.json. */
  readonly license: string;
  /** Text of its licence file; null where it brings none. */
  readonly text: string | null;
  /** Of the archive on the registry, as deno.lock holds it: `sha512-` and base64. */
  readonly integrity: string;
}

/** Reads the packages of a bundle from the cache they were taken from. */
export async function bundledPackages(
  modules: readonly BundledModule[],
  lock: readonly LockedPackage[],
): Promise<readonly BundledPackage[]> {
  return await Promise.all(
    packagesOf(modules.map((module) => module.path)).map(async ({ name, version }) => {
      const folder = modules.find((module) => module.path.startsWith(`npm:${name}@${version}/`))?.folder ?? "";
      const { license } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`)) as { license?: unknown };
      const files = await Array.fromAsync(Deno.readDir(folder), (file) => file.name);
      const file = files.sort().find((file) => /^(licen[cs]e|copying)/i.test(file));
      return {
        name,
        version,
        license: typeof license === "string" ? license : "NOASSERTION",
        text: file === undefined ? null : await Deno.readTextFile(`${folder}/${file}`),
        integrity: lock.find((one) => one.name === name && one.version === version)?.integrity ?? "",
      };
    }),
  );
}

/** CycloneDX 1.6, without time and serial number: the same sources make the same text. */
export function sbom(version: string, deno: string, packages: readonly BundledPackage[]): string {
  const components = packages.map(({ name, version, license, integrity }) => ({
    type: "library",
    "bom-ref": purl(name, version),
    name,
    version,
    purl: purl(name, version),
    hashes: [{ alg: "SHA-512", content: hex(integrity.replace(/^sha512-/, "")) }],
    licenses: [{ expression: license }],
  }));
  const runtime = {
    type: "platform",
    "bom-ref": `pkg:github/denoland/deno@v${deno}`,
    name: "deno",
    version: deno,
    purl: `pkg:github/denoland/deno@v${deno}`,
    licenses: [{ expression: "MIT" }],
  };
  const program = {
    type: "application",
    "bom-ref": "magos",
    name: "magos",
    version,
    licenses: [{ expression: "MIT" }],
  };
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: program },
    components: [...components, runtime],
    dependencies: [{ ref: "magos", dependsOn: [...components, runtime].map((one) => one["bom-ref"]) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The licences that have to travel with the binary. */
export function notices(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, license, text }) =>
    `${name} ${version} (${license})\n\n${text?.trim() ?? "Its package brings no text of the licence."}\n`
  );
  const rule = `\n${"-".repeat(80)}\n\n`;
  return ["The magos binary holds these packages, and the Deno runtime (MIT, https://deno.com).\n", ...parts].join(
    rule,
  );
}

/** A package URL; the `@` of a scope is escaped (purl specification, npm). */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

function hex(base64: string): string {
  return Uint8Array.fromBase64(base64).toHex();
}
