// A project brought up: what has to be made anew goes first where the engine would not see that it changed.
import { type Result, success } from "../../core/model/problem.ts";
import type { Project, UpOptions } from "../../core/ports/engine.ts";
import { type EngineParts, errorsIn, mustCall } from "./engine_call.ts";
import type { Dialect } from "./dialect.ts";
import { listContainers } from "./list_containers.ts";
import { removeContainers } from "./remove_containers.ts";

const timeout = 900_000;

/** A dialect, and what the programs behind it are able to do. */
export interface Starter extends Dialect {
  readonly knowsProfiles: boolean;
  /**
   * Whether it makes anew what changed, and that alone. podman-compose 1.0.3 takes any container of the right name for the
   * right one, whatever its image; newer ones take down the whole project. docker compose before podman takes the name of
   * a network for its id, which is another, and makes everything anew each time.
   */
  readonly seesChanges: boolean;
}

/** Starts the project, and gives the errors that were told of on the way. */
export async function startProject(
  parts: EngineParts,
  dialect: Starter,
  project: Project,
  options: UpOptions,
  signal?: AbortSignal,
): Promise<Result<readonly string[]>> {
  if (!dialect.seesChanges && options.recreate.length > 0) {
    const removed = await removeOf(parts, dialect.engine, project, options.recreate, signal);
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
      ...(dialect.seesChanges ? [] : ["--no-recreate"]),
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
  engine: Dialect["engine"],
  project: Project,
  services: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const listed = await listContainers(parts, engine, signal);
  if (!listed.ok) return listed;
  const ids = listed.value.filter((it) => it.project === project.name && services.includes(it.service)).map((it) =>
    it.id
  );
  return await removeContainers(parts, engine, ids, signal);
}
