// A pass that finds no news, against a bare loop over the very same requests.
import { bareLoop } from "./bare_loop.ts";
import { imageName, tags } from "./bench_images.ts";
import { type BenchWorld, projectFolder } from "./bench_world.ts";
import { median, milliseconds, printRow, timed } from "./figures.ts";
import { type MeasuredPass, measurePass } from "./measured_pass.ts";
import { runQuietly } from "./start_up.ts";

/** Prints the requests of the first pass, of one without news and of one with a tag that moved; leaves no news. */
export async function printRequests(world: BenchWorld): Promise<void> {
  await printCount(world, "requests, first pass");
  await printCount(world, "requests, the pass after it");
  await printCount(world, "requests, no news");
  await world.push(imageName(0), tags.newest, "moved");
  await printCount(world, "requests, one tag moved to another digest");
  await world.push(imageName(1), tags.pushedLater, "new");
  await printCount(world, "requests, one new version");
}

async function printCount(world: BenchWorld, name: string): Promise<void> {
  const before = await world.requests();
  const pass = await runUpdate(world);
  const count = await world.requests() - before;
  if (count !== pass.requests.length) throw new Error("the registry counts other requests than the pass");
  const each = (count / world.images).toFixed(2);
  printRow(name, `${count} (${each} per image), ${pass.whole.toFixed(0)} ms, ${pass.gitCalls.length} git calls`);
}

/** Runs passes and loops in turn and prints their medians; gives that of the whole pass. */
export async function printWarmPass(world: BenchWorld, rounds: number): Promise<number> {
  // The pass after a change still looks at the change; the one after that has no news at all.
  await runUpdate(world);
  const { requests, atOnce, gitCalls, fileCalls } = await runUpdate(world);
  const passes: MeasuredPass[] = [];
  const loops: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const pass = await runUpdate(world);
    const loop = await timed(() => bareLoop(requests, atOnce));
    if (round < 0) continue;
    passes.push(pass);
    loops.push(loop);
  }
  const bare = median(loops);
  const ratio = (samples: readonly number[]): string => `${milliseconds(samples)}, ${ratioOf(samples, bare)}`;
  printRow(`bare loop, ${requests.length} requests, ${atOnce} at once`, milliseconds(loops));
  printRow("whole pass, in this process", ratio(passes.map((pass) => pass.whole)));
  printRow("  of it: first request to last decision", ratio(passes.map((pass) => pass.registry)));
  printRow(`  of it: ${gitCalls.length} git calls`, milliseconds(passes.map((pass) => pass.git)));
  printRow("  of it: all else", milliseconds(passes.map((pass) => pass.whole - pass.git - pass.registry)));
  printRow("git calls", gitCalls.join(" "));
  printRow("file calls", Object.entries(fileCalls).map(([name, count]) => `${name} ${count}`).join(", "));
  return median(passes.map((pass) => pass.whole));
}

/** Prints the same for fresh processes, as a timer starts them, and the most memory one takes. */
export async function printFreshProcess(world: BenchWorld, rounds: number): Promise<void> {
  const { requests, atOnce } = await runUpdate(world);
  const recorded = `${world.folder}/requests.json`;
  await Deno.writeTextFile(recorded, JSON.stringify(requests));
  const script = (name: string): readonly string[] => ["run", "-q", "-P=tests", `${projectFolder}/tests/bench/${name}`];
  const update = ["run", "-q", "-P=magos", `${projectFolder}/main.ts`, "update", ...world.flags];
  const loop = [...script("bare_loop.ts"), recorded, String(atOnce)];
  const [updates, loops]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const updated = await timed(() => runQuietly(world, update));
    const looped = await timed(() => runQuietly(world, loop));
    if (round < 0) continue;
    updates.push(updated);
    loops.push(looped);
  }
  printRow("bare loop as a program", milliseconds(loops));
  printRow("magos update as a program", `${milliseconds(updates)}, ${ratioOf(updates, median(loops))}`);
  const peak = Number(await runQuietly(world, [...script("one_pass.ts"), "update", ...world.flags]));
  printRow("most memory of magos update", peak === 0 ? "not told by this system" : `${Math.round(peak / 1024)} MiB`);
}

async function runUpdate(world: BenchWorld): Promise<MeasuredPass> {
  const pass = await measurePass(world, ["update"]);
  if (pass.code !== 0) throw new Error(`magos update ended with ${pass.code}`);
  return pass;
}

function ratioOf(samples: readonly number[], bare: number): string {
  return `${(median(samples) / bare).toFixed(2)} times the bare loop`;
}
