// Containers stopped for a while and started again as they are: nothing is made anew.
import { type Result } from "../../core/model/problem.ts";
import { done, type EngineParts, mustCall } from "./engine_call.ts";

/** Above every time that a container may be given to end by itself (`stop_grace_period`). */
const timeout = 900_000;

/** Stops them one after the other, each with the time that its own definition gives it. */
export async function stopContainers(
  parts: EngineParts,
  engine: "podman" | "docker",
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<void>> {
  for (const id of ids) {
    const ran = await mustCall(parts, { program: engine, args: ["stop", id], timeout, signal });
    if (!ran.ok) return ran;
  }
  return done();
}

/** Starts them one after the other. One that cannot be started keeps no other from it; the first failure is told. */
export async function startContainers(
  parts: EngineParts,
  engine: "podman" | "docker",
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<void>> {
  let first: Result<void> = done();
  for (const id of ids) {
    const ran = await mustCall(parts, { program: engine, args: ["start", id], timeout, signal });
    if (!ran.ok && first.ok) first = ran;
  }
  return first;
}
