// Whether the daemon is alive, and whether it does its work.
import type { DaemonState, PassState } from "../daemon_state.ts";

/** Beats come every ten seconds; without one for this long the loop is stuck. */
const longestSilence = 60_000;

/** Whether the loop was seen to go round lately. */
export function isAlive(state: DaemonState, monotonic: number): boolean {
  return monotonic - state.beatAt < longestSilence;
}

/** Why the daemon does not do what it is there for, one line each; empty: it does. */
export function whyNotReady(state: DaemonState, monotonic: number): readonly string[] {
  const { update, apply } = state.passes;
  return [
    ...isAlive(state, monotonic) ? [] : ["the loop is stuck: no sign of life for a minute"],
    ...state.stopping ? ["the daemon is stopping"] : [],
    ...state.configProblem === null
      ? []
      : [`the new configuration is wrong, the old one is in use: ${state.configProblem}`],
    ...whyNot("update", update),
    ...apply === null ? [] : whyNot("apply", apply),
  ];
}

function whyNot(kind: string, { last, reachedEnd }: PassState): readonly string[] {
  if (last?.result === "failed") return [`the last ${kind} pass failed: ${last.message ?? "see the log"}`];
  // A daemon that was restarted between two passes has nothing to do yet, and is as ready as before.
  return last === null || reachedEnd ? [] : [`no ${kind} pass has reached its end`];
}
