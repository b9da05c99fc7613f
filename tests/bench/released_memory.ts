// How much memory a release takes: the most of each verb, and what stays resident in a program that waits.
import { wordsOf } from "../fakes/process_words.ts";
import { type BenchWorld, projectFolder } from "./bench_world.ts";
import { milliseconds, printRow, timed } from "./figures.ts";
import { memoryOf, startReleased } from "./released_daemon.ts";
import { bakedFlags, makeBundle, runQuietly } from "./start_up.ts";

const rounds = 3;

/** Prints the most memory and the time of verbs, each a fresh process. `world` may be new: the first verb updates it. */
export async function printVerbs(world: BenchWorld): Promise<void> {
  const entry = "tests/bench/one_pass.ts";
  const bundle = await makeBundle(world, entry);
  const permitted = ["run", "-q", "--config", `${projectFolder}/deno.json`, "-P=tests"];
  const ways: [string, readonly string[]][] = [["source", [...permitted, `${projectFolder}/${entry}`]]];
  if (bundle === null) printRow("as released", "skipped: `deno bundle` does not work here");
  else ways.push(["released", [...permitted, bakedFlags, bundle]]);
  await runQuietly(world, [...ways[0]?.[1] ?? [], "update", ...world.flags]);
  for (const verb of [["version"], ["status"], ["plan", "--offline"], ["update"]]) {
    for (const [name, way] of ways) {
      const words = verb[0] === "version" ? verb : [...verb, ...world.flags];
      const peaks: number[] = [];
      const times: number[] = [];
      // The first time Deno also fills its caches, of which a binary has none.
      for (let round = -1; round < rounds; round++) {
        let peak = 0;
        const taken = await timed(async () => peak = Number(await runQuietly(world, [...way, ...words])));
        if (round < 0) continue;
        peaks.push(peak);
        times.push(taken);
      }
      printRow(
        `magos ${verb.join(" ")}, ${name}`,
        `at most ${told(Math.max(...peaks) / 1024)}, ${milliseconds(times)}`,
      );
    }
  }
}

/** Prints what `demo --serve` holds once it only waits, with the permissions, flags and `malloc` of a service. */
export async function printIdle(world: BenchWorld): Promise<void> {
  const bundle = await makeBundle(world, "main.ts");
  if (bundle === null) return;
  const run = ["run", "-q", "--config", `${projectFolder}/deno.json`, "-P=magos", bakedFlags, bundle];
  // The first time Deno reads the whole bundle to fill its caches, which a binary never does.
  await runQuietly(world, [...run, "version"]);
  const child = startReleased(world, [...run, "demo", "--serve"]);
  const { said, cancel } = wordsOf(child.stderr);
  await said(/Ctrl-C/);
  const { resident, own, peak } = await memoryOf(child.pid);
  const parts = `of it ${told(own)} its own, at most ${told(peak)}`;
  printRow("waiting after the demo, registry served, released", `${told(resident)}, ${parts}`);
  child.kill("SIGTERM");
  await cancel();
  await child.status;
}

/** Of MiB, which are 0 where the system does not tell. */
function told(mebibytes: number): string {
  return mebibytes === 0 ? "not told by this system" : `${Math.round(mebibytes)} MiB`;
}
