// What the daemon knows of itself and tells to systemd and over HTTP. It is written by the loop alone.
import type { Time } from "../core/model/time.ts";
import type { PassKind, PassOutcome } from "./pass_order.ts";

/** One kind of pass. */
export interface PassState {
  running: boolean;
  nextRun: Time | null;
  /** Of the last one since the daemon began; null: there was none yet. */
  last: PassOutcome | null;
  /** Whether one has reached its end since the daemon began. */
  reachedEnd: boolean;
}

/** The whole. */
export interface DaemonState {
  /** Null: it never deploys. */
  readonly passes: { readonly update: PassState; apply: PassState | null };
  /** Why the configuration in use is not the one on disk; null: it is. */
  configProblem: string | null;
  /** The monotonic moment at which the loop was last seen to go round. */
  beatAt: number;
  stopping: boolean;
}

/** A daemon that has done nothing yet. */
export function newDaemonState(deploys: boolean, beatAt: number): DaemonState {
  return {
    passes: { update: newPassState(), apply: deploys ? newPassState() : null },
    configProblem: null,
    beatAt,
    stopping: false,
  };
}

/** A kind of pass that has not run. */
export function newPassState(): PassState {
  return { running: false, nextRun: null, last: null, reachedEnd: false };
}

/** Takes note of how a pass ended. */
export function noteOutcome(state: DaemonState, kind: PassKind, outcome: PassOutcome): void {
  const pass = state.passes[kind];
  if (pass === null) return;
  pass.running = false;
  pass.last = outcome;
  pass.reachedEnd ||= outcome.result !== "failed";
}
