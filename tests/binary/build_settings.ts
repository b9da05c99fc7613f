// What a release build is made with: one place for the build, for what proves it, and for the benchmark.

/** The project's own folder, without a slash at its end. */
export const projectFolder: string = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** The folder of what is built, below the project. git ignores it. */
export const distFolder = "dist";

/** The one file that a binary holds: the program and its libraries, bundled. */
export const bundleName = "magos.mjs";

/** The permission set of deno.json that is baked in (contracts 5.3). */
export const permissionSet = "magos";

/**
 * Flags for V8 that are baked in. `--lite-mode` compiles nothing at run time: a third less memory, and systemd's
 * `MemoryDenyWriteExecute` can hold; it switches WebAssembly off. A small young generation is given back sooner.
 */
export const v8Flags: readonly string[] = ["--lite-mode", "--max-semi-space-size=1"];

/** A machine that binaries are built for. */
export type Arch = "amd64" | "arm64";

/** Deno's name for each machine. */
export const targets: Readonly<Record<Arch, string>> = {
  amd64: "x86_64-unknown-linux-gnu",
  arm64: "aarch64-unknown-linux-gnu",
};

/** `magos-linux-amd64`. */
export function binaryName(arch: Arch): string {
  return `magos-linux-${arch}`;
}

/** Arguments of `deno compile` without target, output and entry. V8's flags also rule the build: hence no check. */
export const compileFlags: readonly string[] = [
  "compile",
  "-q",
  "--no-check",
  `--config=${projectFolder}/deno.json`,
  `-P=${permissionSet}`,
  "--no-prompt",
  "--frozen",
  "--exclude-unused-npm",
  "--no-code-cache",
  "--app-name=magos",
  `--v8-flags=${v8Flags.join(",")}`,
];
