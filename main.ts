// The program: the machine's ports, the command line, and the only place that exits.
import { denoSystem } from "./src/adapters/system/deno_system.ts";
import { cli } from "./src/cli/cli.ts";

Deno.exit(await cli(Deno.args, denoSystem()));
