// One command line in a fresh process, as a timer would start it, and the most memory it took: prints KiB, or 0 where
// the system does not tell.
import { denoSystem } from "../../src/adapters/system/deno_system.ts";
import { cli } from "../../src/cli/cli.ts";

const system = { ...denoSystem(), stdout: { isTerminal: false, columns: 120, write: (): void => {} } };
const code = await cli(Deno.args, system);
// Another program reads it: Deno keeps /proc to itself under a permission set.
const status = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/status`] }).output().catch(() => null);
const peak = /^VmHWM:\s+(\d+)/m.exec(new TextDecoder().decode(status?.stdout));
Deno.stdout.writeSync(new TextEncoder().encode(peak?.[1] ?? "0"));
Deno.exit(code);
