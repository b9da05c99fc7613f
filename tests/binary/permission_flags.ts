// The settings of a binary as flags for `deno run`: how to start its program where the binary itself cannot start.
import type { Permissions, Settings } from "./embedded.ts";

const flags: readonly (readonly [key: keyof Permissions, flag: string])[] = [
  ["allow_env", "--allow-env"],
  ["deny_env", "--deny-env"],
  ["ignore_env", "--ignore-env"],
  ["allow_net", "--allow-net"],
  ["deny_net", "--deny-net"],
  ["allow_ffi", "--allow-ffi"],
  ["deny_ffi", "--deny-ffi"],
  ["allow_read", "--allow-read"],
  ["deny_read", "--deny-read"],
  ["allow_run", "--allow-run"],
  ["deny_run", "--deny-run"],
  ["allow_sys", "--allow-sys"],
  ["deny_sys", "--deny-sys"],
  ["allow_write", "--allow-write"],
  ["deny_write", "--deny-write"],
  ["deny_import", "--deny-import"],
];

/** The same permissions, silence and V8 flags. Of V8's flags the first is no flag but the name of the program. */
export function runFlags({ permissions, v8_flags, log_level, unstable_config }: Settings): readonly string[] {
  return [
    ...(log_level === "ERROR" ? ["-q"] : []),
    ...(permissions.prompt ? [] : ["--no-prompt"]),
    ...flags.flatMap(([key, flag]) => permissionFlag(flag, permissions[key])),
    ...unstable_config.features.map((feature) => `--unstable-${feature}`),
    `--v8-flags=${v8_flags.slice(1).join(",")}`,
  ];
}

function permissionFlag(flag: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return [value.length === 0 ? flag : `${flag}=${value.join(",")}`];
}
