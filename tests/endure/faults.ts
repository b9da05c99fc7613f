// What each fault of the plan does to the world, and how it ends.
import { emptyDisk, fillDisk } from "../fakes/ballast.ts";
import { answers, type Fault, refuses } from "../fakes/fake_registry.ts";
import type { LineMood } from "../fakes/tcp_line.ts";
import type { EndureWorld } from "./endure_world.ts";
import type { PlannedFault } from "./fault_plan.ts";
import { type FloodFigures, floodHooks } from "./flood_hooks.ts";
import { stormOfHangups } from "./storm_of_hangups.ts";

const hour = 3_600_000;

/** What faults reach of the daemon itself. */
export interface FaultTarget {
  readonly world: EndureWorld;
  readonly address: string;
  readonly flooded: FloodFigures;
  signal(name: Deno.Signal): void;
  /** Milliseconds by which the daemon's clock is ahead, apart from a fault that will end. */
  ahead: number;
}

/** Lasts as long as the fault: begins it, and ends it when `over` settles. */
export async function playFault(target: FaultTarget, { lane, kind }: PlannedFault, over: Promise<void>): Promise<void> {
  const { world } = target;
  if (lane === "ghcr" || lane === "quay") {
    const fault = registryFaults[kind];
    if (fault === undefined) return await onLine(world, lane, kind as LineMood, over);
    world.faults[lane] = fault;
    await over;
    world.faults[lane] = null;
  } else if (lane === "git") await playGit(world, kind, over);
  else if (lane === "clock") await playClock(target, kind, over);
  else if (lane === "disk") {
    fillDisk(world.disk, kind === "full" ? 0 : 64);
    await over;
    await emptyDisk(world.disk);
  } else if (lane === "hangups") await stormOfHangups(world, target.signal, over);
  else await floodHooks(world, target.address, target.flooded, over);
}

const registryFaults: Readonly<Record<string, Fault>> = {
  limited: refuses(429, "TOOMANYREQUESTS", { "Retry-After": "2" }),
  "limited for long": refuses(429, "TOOMANYREQUESTS", { "Retry-After": "7200" }),
  500: refuses(500, "UNKNOWN"),
  slow: async (_request, next) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return await next();
  },
  garbage: answers(200, "<html><h1>Welcome to the hotel's network</h1>", { "Content-Type": "text/html" }),
  "half a list": answers(200, '{"name": "you/web", "tags": ["99.0", "98', { "Content-Type": "application/json" }),
};

async function onLine(
  { lines }: EndureWorld,
  lane: keyof EndureWorld["lines"],
  mood: LineMood,
  over: Promise<void>,
): Promise<void> {
  lines[lane].turn(mood);
  await over;
  lines[lane].turn("open");
}

async function playGit(world: EndureWorld, kind: string, over: Promise<void>): Promise<void> {
  const { options } = world.homelab.server;
  if (kind !== "503" && kind !== "no push") return await onLine(world, "git", kind as LineMood, over);
  options.rejects = kind === "503" ? "everything" : "pushes";
  options.rejectWith = kind === "503" ? 503 : 403;
  await over;
  options.rejectWith = null;
}

async function playClock(target: FaultTarget, kind: string, over: Promise<void>): Promise<void> {
  const { setClock } = target.world;
  if (kind === "hours pass") return await setClock(target.ahead += 5 * hour);
  const off = kind === "set back" ? -30 * 24 * hour : kind === "a day ahead" ? 20 * hour : 400 * 24 * hour;
  await setClock(target.ahead + off);
  await over;
  await setClock(target.ahead);
}
