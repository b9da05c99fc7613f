// The name of a run.
import type { Time } from "../core/model/time.ts";

/** Sorts by time, and is not taken for another host's. */
export function runId(started: Time, chance: string): string {
  return `${new Date(started).toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${chance}`;
}
