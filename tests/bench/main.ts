// The benchmark, `deno task bench`: start-up, a warm pass against a bare fetch loop, requests counted, memory.
//
// It prints figures and judges none: times are the machine's. Everything is made for the run in a temporary folder and
// removed again: a registry of repositories with about 100 tags each, served on loopback by another process (so that
// its work does not count), a bare git repository as the remote, Compose files with 25 marked images each, and a
// state folder. Tag lists are always due (scanInterval 0s), so each pass asks for everything again. "Bare loop" is
// `fetch` over the requests that a pass was seen to send (method, URL, headers), as many at once, bodies read, in a
// process of its own that stays warm.
//
// Figures are the median with the least and the greatest; what is compared is measured in turn in the same run.
// `deno task bench requests|start|warm|growth|distance|memory|daemon` runs one part. The first part counts requests by kind of registry,
// beside what is aimed at. The registry shares the machine: on few cores it is part of both sides of a ratio.
import type { Mix } from "./bench_images.ts";
import { type Auth, openBenchWorld } from "./bench_world.ts";
import { printDaemon } from "./daemon_bench.ts";
import { print, printRow } from "./figures.ts";
import { printRequestTable } from "./request_table.ts";
import { printIdle, printVerbs } from "./released_memory.ts";
import { printStartUp } from "./start_up.ts";
import { printFreshProcess, printMemory, printRequests, printWarmPass, type WarmFigures } from "./warm_pass.ts";

const few = 32;
const sizes = [few, 100, 320, 1000] as const;

async function benchStartUp(): Promise<void> {
  print("Start-up");
  await using world = await openBenchWorld(few);
  await printRequests(world);
  await printStartUp(world);
}

async function benchWarmPass(auth: Auth): Promise<void> {
  print(`\n${few} images, registry ${auth === "none" ? "without tokens" : "with tokens"}`);
  await using world = await openBenchWorld(few, { auth });
  await printRequests(world);
  await printWarmPass(world, 9);
  await printFreshProcess(world, 5);
}

async function benchGrowth(mix: Mix): Promise<void> {
  const told = mix === "semver" ? "all by version" : "every second one by digest";
  const figures: WarmFigures[] = [];
  for (const images of sizes) {
    print(`\n${images} images, ${told}, registry without tokens`);
    await using world = await openBenchWorld(images, { mix });
    await printRequests(world);
    figures.push(await printWarmPass(world, images > 320 ? 5 : 9));
    if (images === sizes.at(-1)) await printFreshProcess(world, 3);
  }
  print(`\nGrowth, ${told}: us per image (linear: they do not rise)`);
  for (const { images, whole, registry, bare } of figures) {
    const each = (total: number): string => (total * 1000 / images).toFixed(0);
    printRow(`${images} images`, `whole ${each(whole)}, registry part ${each(registry)}, bare loop ${each(bare)}`);
  }
}

async function printReleased(): Promise<void> {
  await using world = await openBenchWorld(few);
  await printVerbs(world);
  await printIdle(world);
}

/** Where each answer takes as long as a near registry needs: what magos does meanwhile is not waited for. */
async function benchDistance(): Promise<void> {
  const [images, delay] = [1000, 5];
  print(`\n${images} images, all by version, a registry that answers after ${delay} ms`);
  await using world = await openBenchWorld(images, { delay });
  await printRequests(world);
  await printWarmPass(world, 3);
}

async function benchMemory(): Promise<void> {
  print(`Memory with ${few} images: from the source, and as released (bundled, V8's flags baked in)`);
  await printReleased();
  for (const [mix, told] of [["semver", "100 tags"], ["huge", "200,000 tags"]] as const) {
    print(`\nOne image with ${told}, a fresh process each`);
    await using world = await openBenchWorld(1, { mix });
    await printMemory(world);
  }
}

/** Each part in a world of its own: what one of them pushed would be news to the next. */
async function benchDaemon(): Promise<void> {
  print(`\nmagos run with ${few} images, as released (bundled, V8's flags baked in, the unit's environment)`);
  await using world = await openBenchWorld(few);
  await printDaemon(world);
}

const [part] = Deno.args;
if (part === undefined || part === "requests") await printRequestTable();
if (part === undefined || part === "start") await benchStartUp();
if (part === undefined || part === "warm") {
  for (const auth of ["none", "bearer"] as const) {
    await benchWarmPass(auth);
  }
}
if (part === undefined || part === "growth") {
  for (const mix of ["semver", "mixed"] as const) await benchGrowth(mix);
}
if (part === undefined || part === "distance") await benchDistance();
if (part === undefined || part === "memory") await benchMemory();
if (part === undefined || part === "daemon") await benchDaemon();
