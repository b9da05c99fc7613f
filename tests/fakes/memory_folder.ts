// A folder in memory for one test: a tmpfs of its own where the test may mount one, else in the user's runtime folder.

/** Runs the test with the folder and takes it away. `size` as mount takes it, such as `64k`. */
export async function withMemoryFolder(test: (folder: string) => Promise<void>, size = "16m"): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-memory-" }));
  const options = `size=${size},mode=0700,uid=${Deno.uid() ?? 0}`;
  const how = await mount(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]);
  const runtime = Deno.env.get("XDG_RUNTIME_DIR");
  if (how === null && !runtime) throw new Error("no tmpfs can be mounted, and XDG_RUNTIME_DIR is not set");
  const used = how !== null ? folder : await Deno.makeTempDir({ dir: runtime ?? "", prefix: "magos-memory-" });
  try {
    await test(used);
  } finally {
    if (how !== null) await mount(["umount", folder]);
    else await Deno.remove(used, { recursive: true });
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command as root, by sudo where that asks nothing; null when it cannot be done. */
async function mount(command: readonly string[]): Promise<true | null> {
  for (const [program = "", ...args] of [command, ["sudo", "-n", ...command]]) {
    const done = await new Deno.Command(program, { args, stdin: "null" }).output().catch(() => null);
    if (done?.success) return true;
  }
  return null;
}
