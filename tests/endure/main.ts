// The daemon under a schedule of faults: `deno task endure [minutes] [seed]`.
// deno-lint-ignore-file no-console
import { makeBundle } from "../bench/start_up.ts";
import { endure, type EndureFigures } from "./endure.ts";

const [minutes = "10", seedText] = Deno.args;
const seed = Number(seedText ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 0;
const folder = await Deno.makeTempDir({ prefix: "magos-endure-" });
try {
  const entry = await makeBundle({ folder, env: {} }, "tests/endure/daemon_main.ts");
  console.log(`seed ${seed}, ${minutes} minutes, ${entry === null ? "from the source" : "bundled as a release is"}`);
  const tell = (line: string): void => console.log(line);
  print(await endure({ seconds: Number(minutes) * 60, seed, tell, ...entry === null ? {} : { entry } }));
} finally {
  await Deno.remove(folder, { recursive: true });
}

function print({ faults, events, flood, start, end, ...figures }: EndureFigures): void {
  const played = Map.groupBy(faults, ({ lane, kind }) => `${lane}: ${kind}`);
  console.log("\nfault                        times  seconds");
  for (const [name, times] of [...played].sort()) {
    const seconds = times.reduce((sum, { from, until }) => sum + until - from, 0) / 1000;
    console.log(`${name.padEnd(28)} ${String(times.length).padStart(5)}  ${seconds.toFixed(1).padStart(7)}`);
  }
  console.log("\nevents of the daemon");
  for (const [name, times] of [...events].sort()) console.log(`${name.padEnd(28)} ${String(times).padStart(5)}`);
  const rate = Math.round(flood.sent / flood.milliseconds * 1000);
  const answers = [...flood.answers].sort().map(([status, times]) => `${times} got ${status}`).join(", ");
  console.log(`\nwebhooks: 1,000 a second offered, ${flood.sent} or ${rate} a second taken by the line; ${answers}`);
  const mib = (kibibytes: number): string => `${(kibibytes / 1024).toFixed(1)} MiB`;
  const own = `of it its own ${mib(start.own)} and ${mib(end.own)}`;
  console.log(
    `memory: ${mib(start.resident)} at the start, ${mib(end.resident)} at the end (${own}), ${mib(end.peak)} at most`,
  );
  console.log(`open files: ${start.files} at the start, ${end.files} at the end, ${figures.mostFiles} at most`);
  console.log(`without a word to the watchdog: ${Math.round(figures.longestSilence)} ms at most`);
  console.log(`/healthz: ${Math.round(figures.slowestHealth)} ms at most`);
  console.log(`at rest ${(figures.settled / 1000).toFixed(1)} s after the last fault`);
  console.log(`commits: ${figures.commits}, of them ${figures.byHand} by hand; ${figures.changes} changes`);
  console.log(`runs: ${JSON.stringify(figures.runs)}`);
}
