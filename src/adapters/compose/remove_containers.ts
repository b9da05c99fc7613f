// Containers and the networks of a project taken away; volumes are never among it.
import type { Result } from "../../core/model/problem.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";
import { refuseForeignDependents } from "./foreign_dependents.ts";
import { answerLines } from "./engine_answer.ts";

const timeout = 180_000;

/** Seconds that a container has to end by itself. */
const grace = "10";

/** Stops and removes, with what of other projects hangs on them. One that is gone already is fine. */
export async function removeContainers(
  parts: EngineParts,
  engine: "podman" | "docker",
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Result<void>> {
  if (ids.length === 0) return done();
  // Before anything is stopped.
  const free = engine === "podman" ? await refuseForeignDependents(parts, ids, signal) : done();
  if (!free.ok) return free;
  for (const id of ids) {
    const stopped = await callEngine(parts, { program: engine, args: ["stop", "-t", grace, id], timeout, signal });
    if (!stopped.ok) return stopped;
    // podman refuses to remove what others were started after, unless they go too; the next `up` makes them again.
    const args = engine === "podman" ? ["rm", "--force", "--ignore", "--depend", id] : ["rm", "--force", id];
    const call = { program: engine, args, timeout, signal } as const;
    const removed = await callEngine(parts, call);
    if (!removed.ok) return removed;
    if (removed.value.code === 0 || /no such container|no container with/i.test(removed.value.stderr)) continue;
    return await failed(parts, call);
  }
  return done();
}

/** Networks with the project's label; one that is in use stays. */
export async function removeNetworks(
  parts: EngineParts,
  engine: "podman" | "docker",
  project: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const label = `label=com.docker.compose.project=${project}`;
  const args = ["network", "ls", "--quiet", "--filter", label];
  const listed = await mustCall(parts, { program: engine, args, timeout, signal });
  if (!listed.ok) return listed;
  const names = answerLines(listed.value.stdout);
  for (const name of names) {
    const removed = await callEngine(parts, { program: engine, args: ["network", "rm", name], timeout, signal });
    if (!removed.ok) return removed;
  }
  return done();
}

async function failed(parts: EngineParts, call: Parameters<typeof mustCall>[1]): Promise<Result<void>> {
  const again = await mustCall(parts, call);
  return again.ok ? done() : again;
}
