// One verb run in this process on the real ports, with a watch on each port: where its time goes, and what it asks for.
import { cli } from "../../src/cli/cli.ts";
import type { System } from "../../src/core/ports/system.ts";
import type { BenchWorld } from "./bench_world.ts";
import { processorTime } from "./figures.ts";

/** A request as it was sent, to be sent again by the bare loop. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** What one pass took (milliseconds) and asked for. */
export interface MeasuredPass {
  readonly whole: number;
  /** Of this process; what git's processes use is not in it. */
  readonly processor: number;
  /** Waiting for git's processes, one after the other. */
  readonly git: number;
  /** From the first request sent to the last decision made. */
  readonly registry: number;
  /** Its two halves: lists read and kept, tags resolved and decided. */
  readonly scan: number;
  readonly check: number;
  /** From the last question to git before the first request until that: files read, markers found. */
  readonly survey: number;
  /** From the last decision to the end: plan, rows, answer. */
  readonly after: number;
  readonly gitCalls: readonly string[];
  /** Calls of the files port by method. */
  readonly fileCalls: Readonly<Record<string, number>>;
  readonly requests: readonly RecordedRequest[];
  /** Most requests waiting for their headers at once. */
  readonly atOnce: number;
  readonly code: number;
}

/** Runs `argv` to its end. */
export async function measurePass(world: BenchWorld, argv: readonly string[]): Promise<MeasuredPass> {
  const real = world.system();
  const requests: RecordedRequest[] = [];
  const gitCalls: string[] = [];
  const fileCalls: Record<string, number> = {};
  let [git, lastGit, firstSent, scanned, decided, inFlight, atOnce] = [0, NaN, NaN, NaN, NaN, 0, 0];
  const changes: Partial<System> = {
    http: {
      send: async (request, options) => {
        if (requests.length === 0) firstSent = performance.now();
        requests.push({ method: request.method, url: request.url, headers: [...request.headers] });
        atOnce = Math.max(atOnce, ++inFlight);
        const sent = await real.http.send(request, options);
        inFlight--;
        return sent;
      },
    },
    process: {
      run: async (command) => {
        gitCalls.push(command.args[0] ?? "");
        const begun = performance.now();
        const output = await real.process.run(command);
        git += performance.now() - begun;
        if (requests.length === 0) lastGit = performance.now();
        return output;
      },
    },
    log: {
      event: (_level, _name, fields) => {
        if (fields?.["step"] === "scanned") scanned = performance.now();
        if (fields?.["step"] === "decided") decided = performance.now();
      },
    },
    files: countingCalls(real.files, fileCalls),
  };
  const system = world.system(changes);
  const used = processorTime();
  const begun = performance.now();
  const code = await cli([...argv, ...world.flags], system);
  const ended = performance.now();
  return {
    whole: ended - begun,
    processor: processorTime() - used,
    git,
    registry: decided - firstSent,
    scan: scanned - firstSent,
    check: decided - scanned,
    survey: firstSent - lastGit,
    after: ended - decided,
    gitCalls,
    fileCalls,
    requests,
    atOnce,
    code,
  };
}

function countingCalls(files: System["files"], calls: Record<string, number>): System["files"] {
  return new Proxy(files, {
    get: (target, name: keyof System["files"]) => {
      calls[name] = (calls[name] ?? 0) + 1;
      return target[name];
    },
  });
}
