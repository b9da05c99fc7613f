// The bare loop in a process of its own that stays: it is as warm as the pass beside it, and shares no heap with it.
import { type BenchWorld, projectFolder } from "./bench_world.ts";
import type { RecordedRequest } from "./measured_pass.ts";

/** A loop that waits to be asked. Disposing of it ends the process. */
export interface BareProcess extends AsyncDisposable {
  /** Sends all requests once and gives the milliseconds, on the clock and of the processor. */
  run(): Promise<{ readonly whole: number; readonly processor: number }>;
}

/** Starts a process that sends these requests, so many at once. */
export async function startBareLoop(
  world: BenchWorld,
  requests: readonly RecordedRequest[],
  atOnce: number,
): Promise<BareProcess> {
  const recorded = `${world.folder}/requests.json`;
  await Deno.writeTextFile(recorded, JSON.stringify(requests));
  const script = `${projectFolder}/tests/bench/bare_loop.ts`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", script, recorded, String(atOnce), "on-demand"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const asks = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    run: async () => {
      await asks.write(new TextEncoder().encode("\n"));
      const { value } = await answers.read();
      if (value === undefined) throw new Error("the bare loop ended before it was asked to");
      const [whole = NaN, processor = NaN] = value.split(" ").map(Number);
      return { whole, processor };
    },
    [Symbol.asyncDispose]: async () => {
      await asks.close();
      await answers.cancel();
      await child.status;
    },
  };
}
