// The program as main.ts starts it, but the clock on its wall is off by the milliseconds that the file of
// MAGOS_WALL_CLOCK holds: a process cannot be given a clock of its own, so this is where it is set.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";

const system = denoSystem();
const wall = system.env["MAGOS_WALL_CLOCK"] ?? "";
// Only the wall is off: what measures and waits goes by the monotonic clock, which nobody sets.
const clock = { ...system.clock, now: () => system.clock.now() + Number(Deno.readTextFileSync(wall)) };

Deno.exit(await cli(Deno.args, { ...system, clock }));
