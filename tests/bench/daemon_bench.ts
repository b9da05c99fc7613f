// The daemon's figures: from its start to an answer, what it holds idle and busy, from a webhook to a commit that
// everybody sees, and what it asks of registries in a day.
import { daemonConfigOf } from "../../src/core/documents/daemon_config.ts";
import { hmacOf } from "../../src/core/model/signature.ts";
import { Secret } from "../../src/core/model/secret.ts";
import { imageName, tags } from "./bench_images.ts";
import type { BenchWorld } from "./bench_world.ts";
import { milliseconds, printRow, timed } from "./figures.ts";
import { configureDaemon, type Memory, type ReleasedDaemon, startDaemon, webhookSecret } from "./released_daemon.ts";
import { makeBundle } from "./start_up.ts";

const starts = 5;
const webhooks = 5;
/** Passes after which memory is looked at. Were it kept from pass to pass, the last figure would tell. */
const passCounts = [10, 20, 100, 200] as const;
/** V8 collects in idle time only after some 8 s without work, then once more. */
const idleSeconds = 30;
const day = 24 * 3600;

/** Prints all of it. `world` is new. */
export async function printDaemon(world: BenchWorld): Promise<void> {
  const bundle = await makeBundle(world, "main.ts");
  if (bundle === null) return printRow("the daemon", "skipped: `deno bundle` does not work here");
  await configureDaemon(world);
  await printFirstAnswer(world, bundle);
  await using daemon = await startDaemon(world, bundle);
  await printMemoryOf(daemon);
  await printWebhook(world, daemon);
  await printDay(world, daemon);
}

async function printFirstAnswer(world: BenchWorld, bundle: string): Promise<void> {
  const samples: number[] = [];
  // The first start makes the state and fills Deno's caches, of which a binary has none.
  for (let start = -1; start < starts; start++) {
    await using daemon = await startDaemon(world, bundle);
    if (start >= 0) samples.push(daemon.firstAnswer);
    await daemon.passes(1);
  }
  printRow("start to the first answer of /healthz", milliseconds(samples));
}

async function printMemoryOf(daemon: ReleasedDaemon): Promise<void> {
  const row = async (name: string): Promise<void> => printRow(`memory, ${name}`, told(await daemon.memory()));
  await row("started, no pass yet");
  await daemon.passes(1);
  await row("1 pass");
  let done = 1;
  for (const count of passCounts) {
    const taken = await timed(() => daemon.passes(count - done));
    await row(`${count} passes, ${(taken / (count - done)).toFixed(0)} ms each, no pause`);
    done = count;
  }
  // Not a sleep of a test: what a process gives back while nothing happens is what is measured.
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
  await row(`${done} passes, then idle for ${idleSeconds} s`);
}

/** From the delivery until the log says that the pass ended, which is after the push. */
async function printWebhook(world: BenchWorld, daemon: ReleasedDaemon): Promise<void> {
  const samples: number[] = [];
  for (let at = 0; at < webhooks; at++) {
    const image = imageName(at);
    await world.push(image, tags.pushedLater, "new");
    const before = await headOf(world);
    const taken = await timed(async () => {
      await deliver(daemon, image);
      await daemon.said(/pass\.ended kind=update trigger=webhook result=done/);
    });
    if (await headOf(world) === before) throw new Error("the daemon pushed nothing after a webhook");
    samples.push(taken);
  }
  printRow("webhook to pushed commit", milliseconds(samples));
}

async function deliver({ address }: ReleasedDaemon, image: string): Promise<void> {
  const body = JSON.stringify({ image });
  const signature = hmacOf(new Secret(webhookSecret), new TextEncoder().encode(body));
  const headers = { "x-magos-signature": `sha256=${signature}` };
  const answer = await fetch(`${address}/webhooks/generic`, { method: "POST", headers, body });
  await answer.body?.cancel();
  if (answer.status !== 202) throw new Error(`the daemon answered ${answer.status} to a webhook`);
}

async function headOf({ folder }: BenchWorld): Promise<string> {
  const args = ["-C", `${folder}/remote.git`, "rev-parse", "main"];
  return new TextDecoder().decode((await new Deno.Command("git", { args }).output()).stdout);
}

/** Counted over one pass without news that asks for every list, times the passes of a day; nothing is waited for. */
async function printDay(world: BenchWorld, daemon: ReleasedDaemon): Promise<void> {
  // The pass after a change still looks at the change.
  await daemon.passes(2);
  const before = await world.requests();
  await daemon.passes(1);
  const each = await world.requests() - before;
  const { update } = daemonConfigOf(new Map());
  const standard = "everySeconds" in update ? day / update.everySeconds : NaN;
  printRow(
    `requests a day, ${world.images} images, no news`,
    `${each * standard} by the default schedule (${standard} passes of ${each}), ${each * 24} with a pass each hour`,
  );
}

function told({ resident, own, peak }: Memory): string {
  if (resident === 0) return "not told by this system";
  const [all, anonymous, most] = [resident, own, peak].map((size) => size.toFixed(0));
  return `${all} MiB, of it ${anonymous} its own, at most ${most}`;
}
