// Real builds, read back. Deno stands in for the runtime part: what is embedded does not depend on it.
import assert from "node:assert/strict";
import { binaryProblems } from "./binary_problems.ts";
import { v8Flags } from "./build_settings.ts";
import { missingRuntime } from "./compile.ts";
import { readEmbedded } from "./embedded.ts";
import { readManifest } from "./manifest.ts";
import { runFlags } from "./permission_flags.ts";
import { runDeno } from "./run_deno.ts";

const thisMachine = { x86_64: "amd64", aarch64: "arm64" }[Deno.build.arch];

/** Builds a program of one line with the flags, and gives the bytes of the binary. */
async function build(
  flags: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await Deno.makeTempDir({ prefix: "magos-embedded-" });
  try {
    await Deno.writeTextFile(`${folder}/main.ts`, 'console.log("started");\n');
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    const args = ["compile", "-q", "--no-check", "--no-config", ...flags, "-o", "out", "main.ts"];
    const { code, stderr } = await runDeno(folder, args, { DENORT_BIN: Deno.execPath() });
    assert.equal(code, 0, stderr);
    return await Deno.readFile(`${folder}/out`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readEmbedded() gives the machine, the files and the settings of a real build", async () => {
  const flags = ["--no-prompt", "--allow-read", "--allow-run=git,sops", "--allow-env=HOME", "--ignore-env"];
  const built = await build([...flags, "--deny-import", `--v8-flags=${v8Flags.join(",")}`, "--include=other.txt"], {
    "other.txt": 'a text that looks like a list of files: [{"Dir',
  });
  const { machine, settings, files } = readEmbedded(built);
  assert.equal(machine, thisMachine);
  const text = new TextDecoder();
  assert.deepEqual(files.map((file) => file.path.replace(/.*\//, "")).sort(), ["main.ts", "other.txt"]);
  const other = files.find((file) => file.path.endsWith("other.txt"));
  assert.equal(text.decode(other?.bytes), 'a text that looks like a list of files: [{"Dir');
  assert.deepEqual(settings.permissions.allow_run, ["git", "sops"]);
  assert.deepEqual(settings.permissions.allow_read, []);
  assert.equal(settings.permissions.allow_net, null);
  assert.deepEqual(settings.v8_flags.slice(-v8Flags.length), v8Flags);
  const told = runFlags(settings);
  assert.ok([...flags, "-q", "--deny-import"].every((flag) => told.includes(flag)), told.join(" "));
  assert.ok(told.at(-1)?.endsWith(`,${v8Flags.join(",")}`));
});

Deno.test("binaryProblems() refuses a real build with every permission, a test inside and no flags", async () => {
  const built = await build(["-A", "--include=needs_test.ts"], { "needs_test.ts": "export {};\n" });
  const wanted = { machine: thisMachine, manifest: readManifest(), bundle: new Uint8Array() };
  const problems = binaryProblems(readEmbedded(built), wanted).join("\n");
  for (
    const expected of [
      /needs_test\.ts is in the binary/,
      /dist\/magos\.mjs is not in the binary/,
      /^permission run: \[\], and should be \["git"/m,
      /^permission ffi: \[\], and should be null/m,
      /^run, sys or env is open/m,
      /^V8 flags/m,
      /^entry/m,
      /^application/m,
      /^code cache/m,
    ]
  ) assert.match(problems, expected);
});

Deno.test("readEmbedded() refuses what is no compiled binary", async () => {
  assert.throws(() => readEmbedded(new TextEncoder().encode("#!/bin/sh\n")), /no 64-bit little-endian ELF file/);
  const shell = await Deno.readFile("/bin/sh");
  assert.throws(() => readEmbedded(shell), /there is no section \.note\.sui/);
});

Deno.test("missingRuntime() names the file, where it goes and the other way", () => {
  const told = missingRuntime("arm64", "/home/you/.cache/deno").join("\n");
  const path = `release/v${Deno.version.deno}/denort-aarch64-unknown-linux-gnu.zip`;
  assert.ok(told.includes(`https://dl.deno.land/${path} at /home/you/.cache/deno/dl/${path}`));
  assert.ok(told.includes("DENORT_BIN=/path/to/denort deno task compile arm64"));
});
