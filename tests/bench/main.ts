// The benchmark, `deno task bench`: start-up, a warm pass against a bare fetch loop, requests counted, memory.
//
// It prints figures and judges none: times are the machine's. Everything is made for the run in a temporary folder and
// removed again: a registry of repositories with about 200 tags each, served on loopback by another process (so that
// its work does not count), a bare git repository as the remote, Compose files with four marked images each, and a
// state folder. Tag lists are always due (scanInterval 0s), so each pass asks for everything again. "Bare loop" is
// `fetch` over the requests that a pass was seen to send (method, URL, headers), as many at once, bodies read.
//
// Figures are the median with the least and the greatest; what is compared is measured in turn in the same run.
// `deno task bench start|warm|growth` runs one part. The registry shares the machine: on few cores it is part of both
// sides of a ratio.
import { type Auth, openBenchWorld } from "./bench_world.ts";
import { print, printRow } from "./figures.ts";
import { printStartUp } from "./start_up.ts";
import { printFreshProcess, printRequests, printWarmPass } from "./warm_pass.ts";

const few = 32;
const many = 320;

async function benchStartUp(): Promise<void> {
  print("Start-up");
  await using world = await openBenchWorld(few, "none");
  await printRequests(world);
  await printStartUp(world);
}

async function benchWarmPass(auth: Auth): Promise<void> {
  print(`\n${few} images, registry ${auth === "none" ? "without tokens" : "with tokens"}`);
  await using world = await openBenchWorld(few, auth);
  await printRequests(world);
  await printWarmPass(world, 9);
  await printFreshProcess(world, 5);
}

async function benchGrowth(): Promise<void> {
  print(`\nFrom ${few} to ${many} images, registry without tokens`);
  await using small = await openBenchWorld(few, "none");
  await using large = await openBenchWorld(many, "none");
  await printRequests(small);
  const less = await printWarmPass(small, 5);
  await printRequests(large);
  const more = await printWarmPass(large, 5);
  await printFreshProcess(large, 3);
  printRow(`whole pass, ${many} images against ${few}`, `${(more / less).toFixed(2)} times`);
}

const [part] = Deno.args;
if (part === undefined || part === "start") await benchStartUp();
if (part === undefined || part === "warm") {
  for (const auth of ["none", "bearer"] as const) {
    await benchWarmPass(auth);
  }
}
if (part === undefined || part === "growth") await benchGrowth();
