// A project brought up: what has to be made anew goes first where the engine would not see that it changed.
import { type Result, success } from "../../core/model/problem.ts";
import type { Project, UpOptions } from "../../core/ports/engine.ts";
import { type EngineParts, errorsIn, mustCall } from "./engine_call.ts";
import type { Dialect } from "./dialect.ts";
import { listContainers } from "./list_containers.ts";
import { removeContainers } from "./remove_containers.ts";

const timeout = 900_000;

/** Starts the project, and gives the errors that were told of on the way. */
export async function startProject(
  parts: EngineParts,
  dialect: Dialect & { readonly knowsProfiles: boolean },
  project: Project,
  options: UpOptions,
  signal?: AbortSignal,
): Promise<Result<readonly string[]>> {
  const seesChanges = dialect.name === "docker compose";
  // podman-compose 1.0.3 takes any container of the right name for the right one, whatever its image.
  if (!seesChanges && options.recreate.length > 0) {
    const removed = await removeOf(parts, project, options.recreate, signal);
    if (!removed.ok) return removed;
  }
  const ran = await mustCall(parts, {
    program: dialect.program,
    args: [
      ...dialect.before,
      "-p",
      project.name,
      ...project.files.flatMap((file) => ["-f", file]),
      ...(dialect.knowsProfiles ? project.profiles.flatMap((profile) => ["--profile", profile]) : []),
      "up",
      "-d",
      options.build ? "--build" : "--no-build",
      // Newer ones take down the whole project when one service changed.
      ...(seesChanges ? [] : ["--no-recreate"]),
      ...project.services,
    ],
    cwd: project.folder,
    env: {
      ...project.variables,
      PODMAN_COMPOSE_WARNING_LOGS: "false",
    },
    timeout,
    signal,
  });
  if (!ran.ok) return ran;
  // It tries to make every container, and starts the ones that are there when that fails.
  return success(errorsIn(ran.value.stderr).filter((line) => !/already in use/.test(line)));
}

async function removeOf(
  parts: EngineParts,
  project: Project,
  services: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const listed = await listContainers(parts, "podman", signal);
  if (!listed.ok) return listed;
  const ids = listed.value.filter((it) => it.project === project.name && services.includes(it.service)).map((it) =>
    it.id
  );
  return await removeContainers(parts, "podman", ids, signal);
}
