// A binary that was read back against what was to be built: machine, files, permissions, V8's flags, silence.
import { bundleName, distFolder, v8Flags } from "./build_settings.ts";
import type { Embedded, Permissions } from "./embedded.ts";
import type { Manifest, PermissionSet } from "./manifest.ts";

/** What a binary should be. */
export interface Wanted {
  readonly machine: string;
  readonly manifest: Manifest;
  /** The bundle that was checked, byte for byte. */
  readonly bundle: Uint8Array;
}

/** What differs, one line each; none for a binary as it should be. */
export function binaryProblems(embedded: Embedded, wanted: Wanted): readonly string[] {
  const { settings, machine } = embedded;
  const problems = [
    ...differences("machine", machine, wanted.machine),
    ...fileProblems(embedded, wanted.bundle),
    ...permissionProblems(settings.permissions, wanted.manifest.permissions),
    ...differences("V8 flags", settings.v8_flags.slice(-v8Flags.length), v8Flags),
    ...differences("entry", settings.entrypoint_key, `${distFolder}/${bundleName}`),
    ...differences("application", [settings.app_name, settings.app_version], ["magos", wanted.manifest.version]),
    ...differences("unstable features", settings.unstable_config.features, wanted.manifest.unstable),
    // Else each program that is not installed is named at every start (ruling 22).
    ...differences("log level", settings.log_level, "ERROR"),
    ...differences("arguments", settings.argv, []),
    // It would be written to the folder for temporary files, which others may write too.
    ...differences("code cache", settings.code_cache_key, null),
    ...differences("modules run before", [...settings.preload_modules, ...settings.require_modules], []),
    ...differences("packages outside of the bundle", settings.node_modules, null),
    ...differences("certificate stores", settings.ca_stores, null),
    ...differences("hosts with any certificate", settings.unsafely_ignore_certificate_errors, null),
    ...differences("environment", Object.keys(settings.env_vars_from_env_file), []),
  ];
  return problems;
}

function fileProblems({ files }: Embedded, bundle: Uint8Array): readonly string[] {
  const expected = `${distFolder}/${bundleName}`;
  const strange = files.filter((file) => file.path !== expected).map((file) => `${file.path} is in the binary`);
  const held = files.find((file) => file.path === expected);
  if (held === undefined) return [...strange, `${expected} is not in the binary`];
  const isSame = held.bytes.length === bundle.length && held.bytes.every((byte, at) => byte === bundle[at]);
  return isSame ? strange : [...strange, `${expected} in the binary is not the bundle that was checked`];
}

/** The set of deno.json to the letter, and what no set may allow whatever it says (contracts 5.3). */
function permissionProblems(held: Permissions, set: PermissionSet): readonly string[] {
  const names = ["env", "net", "read", "write", "run", "sys", "ffi"] as const;
  return [
    ...names.flatMap((name) => differences(`permission ${name}`, held[`allow_${name}`], part(set[name], "allow"))),
    ...[...names, "import" as const].flatMap((name) =>
      differences(`denied ${name}`, held[`deny_${name}`], part(set[name], "deny"))
    ),
    ...differences("questions for permissions", held.prompt, false),
    ...differences("variables beyond the list give nothing instead of an error", held.ignore_env, []),
    ...differences("denied import", held.deny_import, []),
    ...differences("permission ffi", held.allow_ffi, null),
    ...[held.allow_run, held.allow_sys, held.allow_env].some((list) => list?.length === 0)
      ? ["run, sys or env is open, and should be a list"]
      : [],
    ...(held.allow_run ?? []).filter((program) => program.includes("/"))
      .map((program) => `permission run: ${program} is a path of the machine that built it`),
  ];
}

/** One side of a permission as Deno embeds it: null for nothing, an empty list for all. */
function part(permission: PermissionSet["env"], side: "allow" | "deny"): readonly string[] | null {
  const simple = typeof permission === "boolean" || Array.isArray(permission);
  const value = simple ? (side === "allow" ? permission : undefined) : permission?.[side];
  if (value === undefined || value === false) return null;
  return value === true ? [] : value;
}

function differences(what: string, found: unknown, wanted: unknown): readonly string[] {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  return is === should ? [] : [`${what}: ${is}, and should be ${should}`];
}
