// One tag list by the registry adapter in a fresh process: prints how many tags it read, and the most memory the process
// had held before and then, in KiB.
import { denoClock } from "../../src/adapters/system/deno_clock.ts";
import { denoHttp } from "../../src/adapters/system/deno_http.ts";
import { repositoryOf, testRegistry } from "../fakes/test_registry.ts";

const [address = ""] = Deno.args;

// Another program reads it: Deno keeps /proc to itself under a permission set.
async function peakMemory(): Promise<number> {
  const status = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/status`] }).output();
  return Number(/^VmHWM:\s+(\d+)/m.exec(new TextDecoder().decode(status.stdout))?.[1] ?? NaN);
}

const { registry } = testRegistry(denoHttp, { time: denoClock });
const before = await peakMemory();
const listed = await registry.listTags(repositoryOf(`${address}/team/app`));
const peak = await peakMemory();
const tags = listed.ok ? listed.value.tags.length : 0;
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ tags, before, peak })));
