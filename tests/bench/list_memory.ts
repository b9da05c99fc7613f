// The most memory that one list of 200,000 tags takes, in a process of its own, as one answer and as 200 pages.
import { firstLine, projectFolder } from "./bench_world.ts";
import { print, printRow } from "./figures.ts";

const count = 200_000;
const ways = [["one answer", 0], ["200 pages", 1000]] as const;
// V8's way for machines with little memory, beside the usual one.
const modes = [["", []], [", --v8-flags=--lite-mode", ["--v8-flags=--lite-mode"]]] as const;

/** Prints resident memory (VmHWM): when the program is loaded, and at most. */
export async function printListMemory(): Promise<void> {
  print(`\nA list of ${count} tags (target: well under 150 MiB)`);
  for (const [way, page] of ways) {
    for (const [mode, flags] of modes) printRow(`${way}${mode}`, await measure(page, flags));
  }
}

async function measure(page: number, flags: readonly string[]): Promise<string> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", `${projectFolder}/tests/bench/tag_server.ts`, String(count), String(page)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    const address = `127.0.0.1:${await firstLine(server.stdout)}`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=tests", ...flags, `${projectFolder}/tests/bench/one_list.ts`, address],
      stderr: "inherit",
    }).output();
    const { tags, before, peak } = JSON.parse(new TextDecoder().decode(stdout));
    if (tags !== count) throw new Error(`${tags} tags were listed`);
    return `${mebibytes(peak)} at most, ${mebibytes(before)} before`;
  } finally {
    await server.stdin.close();
    await server.status;
  }
}

function mebibytes(kibibytes: number): string {
  return `${(kibibytes / 1024).toFixed(0)} MiB`;
}
