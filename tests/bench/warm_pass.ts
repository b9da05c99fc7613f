// A pass that finds no news, against a bare loop over the very same requests.
import { startBareLoop } from "./bare_process.ts";
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

/** What a pass may cost at most, in bare loops over its requests. */
export const target = 1.5;

/** Runs passes and loops in turn and prints their medians; gives those of pass and registry part. */
export async function printWarmPass(world: BenchWorld, rounds: number): Promise<WarmFigures> {
  // The pass after a change still looks at the change; the one after that has no news at all.
  await runUpdate(world);
  const { requests, atOnce, gitCalls, fileCalls } = await runUpdate(world);
  const passes: MeasuredPass[] = [];
  const loops: number[] = [];
  const loopProcessor: number[] = [];
  await using loop = await startBareLoop(world, requests, atOnce);
  for (let round = -2; round < rounds; round++) {
    const pass = await runUpdate(world);
    const bare = await loop.run();
    if (round < 0) continue;
    passes.push(pass);
    loops.push(bare.whole);
    loopProcessor.push(bare.processor);
  }
  const bare = median(loops);
  const row = (name: string, part: (pass: MeasuredPass) => number, loop = bare): number => {
    const samples = passes.map(part);
    const each = (median(samples) * 1000 / world.images).toFixed(0);
    printRow(name, `${milliseconds(samples)}, ${each} us per image, ${ratioOf(samples, loop)}`);
    return median(samples);
  };
  printRow(
    `bare loop, ${requests.length} requests, ${atOnce} at once`,
    `${milliseconds(loops)}, ${(bare * 1000 / world.images).toFixed(0)} us per image`,
  );
  const whole = row(`whole pass, in this process (wanted: ${target})`, (pass) => pass.whole);
  const registry = row(`  first request to last decision (wanted: ${target})`, (pass) => pass.registry);
  row("    of it: tag lists", (pass) => pass.scan);
  row("    of it: ranking, heads, decisions", (pass) => pass.check);
  row(`  ${gitCalls.length} git calls`, (pass) => pass.git);
  row("  files read, markers found", (pass) => pass.survey);
  row("  plan, rows, answer", (pass) => pass.after);
  row("  all else", (pass) => pass.whole - pass.git - pass.registry - pass.survey - pass.after);
  // Less moved by what else runs on the machine than the clock is.
  row("processor time of the pass", (pass) => pass.processor, median(loopProcessor));
  printRow("processor time of the bare loop", milliseconds(loopProcessor));
  printRow("git calls", gitCalls.join(" "));
  printRow("file calls", Object.entries(fileCalls).map(([name, count]) => `${name} ${count}`).join(", "));
  return { images: world.images, whole, registry, bare };
}

/** Medians in milliseconds. */
export interface WarmFigures {
  readonly images: number;
  readonly whole: number;
  readonly registry: number;
  readonly bare: number;
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

/** Prints time, requests and most memory of a first pass and of one with no news, each a fresh process. */
export async function printMemory(world: BenchWorld): Promise<void> {
  const script = ["run", "-q", "-P=tests", `${projectFolder}/tests/bench/one_pass.ts`, "update", ...world.flags];
  for (const name of ["first pass", "no news"]) {
    const before = await world.requests();
    let peak = 0;
    const taken = await timed(async () => peak = Number(await runQuietly(world, script)));
    const memory = peak === 0 ? "memory not told by this system" : `at most ${Math.round(peak / 1024)} MiB`;
    printRow(name, `${taken.toFixed(0)} ms, ${await world.requests() - before} requests, ${memory}`);
  }
}

async function runUpdate(world: BenchWorld): Promise<MeasuredPass> {
  const pass = await measurePass(world, ["update"]);
  if (pass.code !== 0) throw new Error(`magos update ended with ${pass.code}`);
  return pass;
}

function ratioOf(samples: readonly number[], bare: number): string {
  return `${(median(samples) / bare).toFixed(2)} times the bare loop`;
}
