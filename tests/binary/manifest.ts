// deno.json and deno.lock, as far as a build depends on them.
import * as z from "zod";
import { permissionSet, projectFolder } from "./build_settings.ts";

const some = z.union([z.boolean(), z.array(z.string())]);
const detailed = z.strictObject({ allow: some.optional(), deny: some.optional(), ignore: some.optional() });
const permission = z.union([some, detailed]).optional();

const set = z.strictObject({
  env: permission,
  net: permission,
  read: permission,
  write: permission,
  run: permission,
  sys: permission,
  import: permission,
  ffi: permission,
});

/** A permission set of deno.json. */
export type PermissionSet = z.infer<typeof set>;

const manifest = z.looseObject({
  version: z.string(),
  unstable: z.array(z.string()).optional(),
  imports: z.record(z.string(), z.string()),
  permissions: z.looseObject({ [permissionSet]: set }),
});

const lock = z.looseObject({
  npm: z.record(z.string(), z.looseObject({ integrity: z.string(), dependencies: z.array(z.string()).optional() })),
});

/** What deno.json says. */
export interface Manifest {
  readonly version: string;
  readonly unstable: readonly string[];
  /** Names of the packages that the project itself imports. */
  readonly packages: readonly string[];
  readonly permissions: PermissionSet;
}

/** A package as deno.lock holds it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-` and base64. */
  readonly integrity: string;
  /** Names, some with `@` and a version. */
  readonly dependencies: readonly string[];
}

/** Reads deno.json. @throws {Error} when it has no such permission set. */
export function readManifest(): Manifest {
  const { version, unstable = [], imports, permissions } = manifest.parse(readJson("deno.json"));
  return { version, unstable, packages: Object.keys(imports), permissions: permissions[permissionSet] };
}

/** Reads deno.lock; a key may name peers behind the version (`a@1.0.0_b@2.0.0`). */
export function readLock(): readonly LockedPackage[] {
  return Object.entries(lock.parse(readJson("deno.lock")).npm).map(([key, { integrity, dependencies = [] }]) => {
    const [, name = "", version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    return { name, version, integrity, dependencies };
  });
}

function readJson(file: string): unknown {
  return JSON.parse(Deno.readTextFileSync(`${projectFolder}/${file}`));
}
