// Whether other stacks may come after one: `after` orders by the health of what runs, whichever version that is.
import type { StackContent, StackRow } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { Container } from "../ports/engine.ts";
import { driftOf } from "./drift.ts";
import { seenHealth } from "./seen_health.ts";

/**
 * `down`: nothing of it runs, or one of its containers is missing. A container that is still starting is no reason to wait
 * unless it did not come up when it was watched: an engine without a timer for health checks never says more.
 */
export function runsWell(
  row: StackRow | null,
  content: StackContent,
  containers: readonly Container[],
  now: Time,
): "well" | "ill" | "down" {
  const health = row === null ? null : seenHealth(row, content, containers, now);
  if (row === null || health === null) {
    return driftOf(content, containers).some(({ kind }) => kind !== "image") ? "down" : "well";
  }
  if (health.state === "exited") return "down";
  const isWatched = row.failures > 0 && row.applied?.hash === row.wanted.hash;
  return health.state === "healthy" || (health.state === "starting" && !isWatched) ? "well" : "ill";
}
