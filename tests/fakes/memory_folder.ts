// A folder in memory for one test: a tmpfs of its own.

/** Runs the test with the folder and takes it away. It needs `tmpfs`. `size` as mount takes it, such as `64k`. */
export async function withMemoryFolder(test: (folder: string) => Promise<void>, size = "16m"): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-memory-" }));
  const options = `size=${size},mode=0700,uid=${Deno.uid() ?? 0}`;
  try {
    if (!await asRoot(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder])) {
      throw new Error("no tmpfs can be mounted");
    }
    try {
      await test(folder);
    } finally {
      await asRoot(["umount", folder]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command as root, by sudo where that asks nothing. Says whether it succeeded. */
async function asRoot(command: readonly string[]): Promise<boolean> {
  for (const [program = "", ...args] of [command, ["sudo", "-n", ...command]]) {
    const done = await new Deno.Command(program, { args, stdin: "null" }).output().catch(() => null);
    if (done?.success) return true;
  }
  return false;
}
