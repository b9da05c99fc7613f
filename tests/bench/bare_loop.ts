// The measure of a lean pass: the same requests by plain `fetch`, bodies read, and nothing else. As a program it reads
// them from a file: `bare_loop.ts REQUESTS.json AT_ONCE` runs once; with a third word it runs for each line of its standard
// input and prints the milliseconds it took, on the clock and of the processor.
import { print, processorTime, timed } from "./figures.ts";
import type { RecordedRequest } from "./measured_pass.ts";

/** Sends the requests, as many at a time as the pass did, and reads what comes. */
export async function bareLoop(requests: readonly RecordedRequest[], atOnce: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const { url, method, headers } = request;
      const response = await fetch(url, { method, headers: headers.map(([name, value]) => [name, value]) });
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

if (import.meta.main) {
  const [file = "", atOnce = "4", onDemand] = Deno.args;
  const requests = JSON.parse(await Deno.readTextFile(file)) as RecordedRequest[];
  if (onDemand === undefined) await bareLoop(requests, Number(atOnce));
  else {
    for await (const _ of Deno.stdin.readable) {
      const used = processorTime();
      const taken = await timed(() => bareLoop(requests, Number(atOnce)));
      print(`${taken} ${processorTime() - used}`);
    }
  }
}
