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
  return await each(parts, engine, "stop", ids, signal);
}

/** Starts them one after the other. */
export async function startContainers(
  parts: EngineParts,
  engine: "podman" | "docker",
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<void>> {
  return await each(parts, engine, "start", ids, signal);
}

async function each(
  parts: EngineParts,
  program: "podman" | "docker",
  word: "stop" | "start",
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  for (const id of ids) {
    const ran = await mustCall(parts, { program, args: [word, id], timeout, signal });
    if (!ran.ok) return ran;
  }
  return done();
}
