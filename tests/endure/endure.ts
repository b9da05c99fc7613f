// The daemon under faults: starts it, plays the plan, lets it rest, and judges what it came to.
import assert from "node:assert/strict";
import { v8Flags } from "../binary/build_settings.ts";
import { withDaemon } from "../e2e/daemon_process.ts";
import { type DailyLife, startDailyLife } from "./daily_life.ts";
import { type DaemonWatch, type Measured, watchDaemon } from "./daemon_watch.ts";
import { type EndureWorld, imageNames, withEndureWorld } from "./endure_world.ts";
import { planFaults, type PlannedFault } from "./fault_plan.ts";
import { playFault } from "./faults.ts";
import type { FloodFigures } from "./flood_hooks.ts";
import { type EndFigures, judgeEnd, whatIsMissing } from "./judge_end.ts";

/** What is to be played. */
export interface EndureOptions {
  readonly seconds: number;
  readonly seed: number;
  /** The file that starts the daemon: the source, or a bundle of it as released. */
  readonly entry?: string;
  /** Hears what happens as it happens. */
  readonly tell?: (line: string) => void;
}

/** What it came to. */
export interface EndureFigures extends EndFigures {
  readonly faults: readonly PlannedFault[];
  readonly events: ReadonlyMap<string, number>;
  readonly flood: FloodFigures;
  /** After the first pass, at the end, and the most that was seen while it ran. */
  readonly start: Measured;
  readonly end: Measured;
  readonly mostFiles: number;
  /** Milliseconds. */
  readonly longestSilence: number;
  readonly slowestHealth: number;
  readonly settled: number;
}

const day = 24 * 3_600_000;
/** A rest without faults that is longer than any wait of the daemon's once a day has passed on its clock. */
const longestRest = 120_000;
/** systemd's, as in the unit. */
const watchdog = 60_000;
/** KiB. The heap swings by some MiB from pass to pass; with a hundred passes and more a leak of 128 KiB in each shows. */
const mostGrowth = 12 * 1024;
/** Connections to registries that are kept for the next pass, more or fewer; one file left open in each pass is far more. */
const mostNewFiles = 8;

/**
 * Plays it.
 * @throws {AssertionError} when an update is lost or doubled, something is left behind, or the daemon was not well.
 */
export async function endure(options: EndureOptions): Promise<EndureFigures> {
  const every = options.seconds < 120 ? "2s" : "5s";
  let figures: EndureFigures | null = null;
  await withEndureWorld(every, async (world) => {
    const { entry = "tests/endure/daemon_main.ts" } = options;
    await withDaemon(world.homelab, async (daemon) => {
      const watch = await watchDaemon(daemon);
      figures = await play(world, watch, daemon.signal, options);
      daemon.signal("SIGTERM");
      assert.equal((await daemon.ended()).code, 0);
      await watch.ended;
    }, {
      program: [`--v8-flags=${v8Flags.join(",")}`, entry],
      env: { MAGOS_WALL_CLOCK: world.clockFile, MALLOC_ARENA_MAX: "1" },
    });
  });
  assert.ok(figures !== null);
  return figures;
}

async function play(
  world: EndureWorld,
  watch: DaemonWatch,
  signal: (name: Deno.Signal) => void,
  { seconds, seed, tell = () => {} }: EndureOptions,
): Promise<EndureFigures> {
  const length = seconds * 1000;
  const faults = planFaults(seed, length);
  const life = await startDailyLife(world, seed);
  await watch.nextPass("update");
  // The first pass writes the digest of what is there.
  const base = await world.homelab.remote.revision();
  const start = await watch.measure();
  const flood: FloodFigures = { sent: 0, milliseconds: 0, answers: new Map() };
  const target = { world, address: watch.address, flooded: flood, signal, ahead: 0 };
  const begun = performance.now();
  const moment = (at: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + at - performance.now())));
  let [mostFiles, isOver] = [0, false];
  const over = moment(length);
  const watchFiles = async (): Promise<void> => {
    for (; !isOver; await moment(performance.now() - begun + 1000)) {
      const { resident, files } = await watch.measure();
      mostFiles = Math.max(mostFiles, files);
      tell(`${Math.round((performance.now() - begun) / 1000)} s: ${Math.round(resident / 1024)} MiB, ${files} files`);
    }
  };
  await Promise.all([
    watchFiles(),
    life.live(Math.min(6000, length / 20), over),
    over.then(() => isOver = true),
    ...faults.map(async (fault) => {
      await moment(fault.from);
      tell(`${fault.lane}: ${fault.kind}, ${Math.round((fault.until - fault.from) / 100) / 10} s`);
      await playFault(target, fault, moment(fault.until));
    }),
  ]);
  const rested = performance.now();
  // No host is left alone for more than a day, whatever it did.
  await world.setClock(target.ahead + day);
  await rest(world, watch, life);
  const settled = performance.now() - rested;
  const end = await judgeDaemon(watch, start);
  const judged = await judgeEnd(world, life, base);
  await judgeAlive(world, watch, life);
  const { events, longestSilence, slowestHealth } = watch;
  return { faults, events, flood, start, end, mostFiles, longestSilence, slowestHealth, settled, ...judged };
}

/** Until the daemon finds nothing to do twice. */
async function rest(world: EndureWorld, watch: DaemonWatch, life: DailyLife): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(async () => {
    const missing = await whatIsMissing(world, life);
    late.reject(new Error(`not at rest: ${missing ?? "nothing is missing"}; ${JSON.stringify([...watch.events])}`));
  }, longestRest);
  try {
    for (let quiet = 0; quiet < 2;) {
      const result = await Promise.race([watch.nextPass("update"), late.promise]);
      quiet = result === "nothing" ? quiet + 1 : 0;
    }
  } finally {
    clearTimeout(timer);
  }
  assert.equal(await whatIsMissing(world, life), null);
}

/** It is ready, it never crashed or fell silent, and it holds no more than at the beginning. */
async function judgeDaemon(watch: DaemonWatch, start: Measured): Promise<Measured> {
  assert.equal(await (await fetch(`${watch.address}/readyz`)).text(), "ok\n");
  assert.deepEqual(watch.crashes, []);
  assert.deepEqual(watch.unhealthy, []);
  assert.ok(watch.longestSilence < watchdog, `the watchdog heard nothing for ${watch.longestSilence} ms`);
  const end = await watch.measure();
  assert.ok(end.files <= start.files + mostNewFiles, `open files: ${start.files} became ${end.files}`);
  assert.ok(end.resident <= start.resident + mostGrowth, `memory: ${start.resident} KiB became ${end.resident}`);
  return end;
}

/** One more release of everything arrives: it did not only survive. */
async function judgeAlive(world: EndureWorld, watch: DaemonWatch, life: DailyLife): Promise<void> {
  for (const name of imageNames) await life.release(name);
  await rest(world, watch, life);
}
