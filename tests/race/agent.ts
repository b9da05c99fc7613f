// One agent of the race: a process that runs one pass for each line it is sent, and prints its JSON.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";

const system = denoSystem();
const line = new Uint8Array(16);
while (await Deno.stdin.read(line) !== null) await cli(Deno.args, system);
