// A pass as a run: under the lock, with a row that says how it began and ended (contracts.md 4.2 and 4.3, first and last
// steps).
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { type NewRun, type Run, type StoredDecision, StoreFailure } from "../core/ports/store.ts";
import { takePassLock } from "./pass_lock.ts";
import type { PassPorts } from "./pass_ports.ts";
import { runId } from "./run_id.ts";

/** What a run needs besides its pass. */
export interface RunFrame {
  readonly host: string;
  readonly trigger: string;
  readonly stateDir: string;
  readonly waitSeconds: number;
  readonly onWait: (holder: string) => void;
}

/** What is recorded of a pass that reached its end. `decisions`: null leaves what is kept as it is. */
export interface RunEnd extends Pick<Run, "result" | "commit" | "changes" | "problems"> {
  readonly decisions: readonly StoredDecision[] | null;
}

/** A run that reached its end. */
export interface RecordedRun<T> {
  readonly id: string;
  readonly report: T;
  readonly seconds: number;
}

type RunPorts = Pick<PassPorts, "files" | "store" | "clock" | "random" | "log" | "stop">;

/** Takes the lock, runs the pass, and records it. A pass that cannot reach its end is recorded as `failed`. */
export async function recordedRun<T>(
  ports: RunPorts,
  kind: Run["kind"],
  frame: RunFrame,
  pass: (run: { readonly id: string; readonly host: string }) => Promise<Result<T>>,
  endOf: (report: T, row: NewRun) => RunEnd,
): Promise<Result<RecordedRun<T>>> {
  const lock = await takePassLock(ports.files, ports.clock, {
    folder: frame.stateDir,
    what: `${kind} pass (${frame.trigger})`,
    waitSeconds: frame.waitSeconds,
    stop: ports.stop,
    onWait: frame.onWait,
  });
  if (!lock.ok) return lock;
  try {
    return await record(ports, kind, frame, pass, endOf);
  } finally {
    lock.value.release();
  }
}

async function record<T>(
  { store, clock, random, log }: RunPorts,
  kind: Run["kind"],
  { host, trigger }: RunFrame,
  pass: (run: { readonly id: string; readonly host: string }) => Promise<Result<T>>,
  endOf: (report: T, row: NewRun) => RunEnd,
): Promise<Result<RecordedRun<T>>> {
  const started = clock.now();
  const begun = clock.monotonic();
  const id = runId(started, random.hex(6));
  const row: NewRun = { id, kind, trigger, host, started };
  store.beginRun(row);
  log.event("debug", `${kind}.started`, { run: id });
  const fail = (problems: readonly Problem[]): void =>
    store.finishRun({ ...row, ended: clock.now(), result: "failed", commit: null, changes: [], problems }, null);
  const passed = await pass({ id, host }).catch((error: unknown) => {
    // A store that cannot be written cannot say so in itself either.
    if (!(error instanceof StoreFailure)) fail([]);
    throw error;
  });
  const seconds = Math.round(clock.monotonic() - begun) / 1000;
  if (!passed.ok) {
    fail([problemOf(passed.failure)]);
    return passed;
  }
  const { decisions, ...end } = endOf(passed.value, row);
  store.finishRun({ ...row, ...end, ended: clock.now() }, decisions);
  log.event("info", `${kind}.done`, { run: id, result: end.result, seconds });
  return success({ id, report: passed.value, seconds });
}
