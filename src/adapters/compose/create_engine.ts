// The engine of this host: found by trying, checked for its version, and bound to one way of calling it.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Engine } from "../../core/ports/engine.ts";
import { readLogs } from "./container_logs.ts";
import { type Dialect, dialects } from "./dialect.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";
import { pruneImages, pullImages } from "./engine_images.ts";
import { listContainers } from "./list_containers.ts";
import { removeContainers, removeNetworks } from "./remove_containers.ts";
import { startProject } from "./start_project.ts";
import { startContainers, stopContainers } from "./stop_containers.ts";
import { exportVolume, findVolumes, importVolume } from "./volumes.ts";

/** `apply.engine`. */
export type EngineChoice = "auto" | Dialect["name"];

const quick = 30_000;

/** The oldest versions that magos was tried with, or that have what it uses. */
const oldest: Readonly<Record<Dialect["name"], readonly [number, number, number]>> = {
  "podman-compose": [1, 0, 3],
  "podman compose": [4, 7, 0],
  "docker compose": [2, 0, 0],
};

/** The first versions that read `include`; what `podman compose` passes it on to cannot be told, and is new enough. */
const readsIncludes: typeof oldest = {
  "podman-compose": [1, 1, 0],
  "podman compose": [0, 0, 0],
  "docker compose": [2, 20, 0],
};

/** The first versions that know `--profile`; older ones start every service that is named, which are the wanted ones. */
const knowsProfiles: typeof oldest = {
  "podman-compose": [1, 0, 6],
  "podman compose": [0, 0, 0],
  "docker compose": [0, 0, 0],
};

/** Finds the engine that was asked for, or the first one there is. */
export async function findEngine(parts: EngineParts, choice: EngineChoice): Promise<Result<Engine>> {
  const tried = dialects.filter((dialect) => choice === "auto" || dialect.name === choice);
  const reasons: string[] = [];
  for (const dialect of tried) {
    const version = await askVersion(parts, dialect);
    if (!version.ok) reasons.push(`${dialect.name}: ${version.failure.message}`);
    else if (isTooOld(version.value, oldest[dialect.name])) {
      const wanted = oldest[dialect.name].join(".");
      if (choice !== "auto") {
        return failure("engine.too_old", `${dialect.name} ${version.value} is older than ${wanted}`, {
          cure: `install ${dialect.name} ${wanted} or newer`,
        });
      }
      reasons.push(`${dialect.name} ${version.value} is older than ${wanted}`);
    } else return success(engineOf(parts, dialect, version.value));
  }
  return failure("engine.missing", `no program runs Compose files here (${reasons.join("; ")})`, {
    cure: "install podman and podman-compose, or Docker with its compose plugin",
  });
}

async function askVersion(parts: EngineParts, dialect: Dialect): Promise<Result<string>> {
  const args = dialect.name === "podman-compose" ? ["--version"] : [...dialect.before, "version"];
  const told = await mustCall(parts, { program: dialect.program, args, timeout: quick });
  if (!told.ok) return told;
  // `podman compose` only passes on to another program; its own version is podman's.
  const own = dialect.name === "podman compose"
    ? await mustCall(parts, { program: "podman", args: ["--version"], timeout: quick })
    : told;
  if (!own.ok) return own;
  const text = new TextDecoder().decode(own.value.stdout);
  // Version 1.0.3 calls itself podman-composer, and tells podman's version before its own.
  const form = dialect.name === "podman-compose"
    ? /podman-composer? version:?\s+(\d+(?:\.\d+)+)/
    : /(?:podman|Docker Compose) version\s+v?(\d+(?:\.\d+)+)/i;
  const found = form.exec(text);
  return found?.[1] === undefined
    ? failure("engine.failed", `${dialect.name} does not tell its version`)
    : success(found[1]);
}

function isTooOld(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = wanted.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) < (wanted[at] ?? 0);
}

function engineOf(parts: EngineParts, found: Dialect, version: string): Engine {
  const dialect = { ...found, knowsProfiles: !isTooOld(version, knowsProfiles[found.name]) };
  const { engine } = dialect;
  return {
    name: dialect.name,
    version,
    readsIncludes: !isTooOld(version, readsIncludes[dialect.name]),
    // Docker has no command for it, and an image of a stack need not have what would do it.
    exportsVolumes: engine === "podman",
    list: (signal) => listContainers(parts, engine, signal),
    pull: (images, signal) => pullImages(parts, engine, images, signal),
    up: (project, options, signal) => startProject(parts, dialect, project, options, signal),
    checkHealth: (id, signal) => checkHealth(parts, engine, id, signal),
    removeContainers: (ids, signal) => removeContainers(parts, engine, ids, signal),
    stopContainers: (ids, signal) => stopContainers(parts, engine, ids, signal),
    startContainers: (ids, signal) => startContainers(parts, engine, ids, signal),
    volumes: (names, signal) => engine === "podman" ? findVolumes(parts, names, signal) : noExport(),
    exportVolume: (name, path, signal) => engine === "podman" ? exportVolume(parts, name, path, signal) : noExport(),
    importVolume: (volume, path, signal) =>
      engine === "podman" ? importVolume(parts, volume, path, signal) : noExport(),
    removeNetworks: (project, signal) => removeNetworks(parts, engine, project, signal),
    logs: (id, lines, signal) => readLogs(parts, engine, id, lines, signal),
    saveSecret: (name, content, signal) => saveSecret(parts, engine, name, content.reveal(), signal),
    pruneImages: (repositories, keep, signal) => pruneImages(parts, engine, repositories, keep, signal),
  };
}

function noExport(): Promise<Result<never>> {
  return Promise.resolve(failure("engine.no_export", "docker exports no volumes"));
}

/** Docker checks by itself; podman leaves it to a timer of systemd, which not every host runs. */
async function checkHealth(
  parts: EngineParts,
  engine: "podman" | "docker",
  id: string,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  if (engine === "docker") return done();
  const ran = await callEngine(parts, { program: engine, args: ["healthcheck", "run", id], timeout: quick, signal });
  return ran.ok ? done() : ran;
}

async function saveSecret(
  parts: EngineParts,
  engine: "podman" | "docker",
  name: string,
  content: string,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  if (engine === "docker") {
    return failure("engine.failed", `docker compose has no external secrets outside of a swarm`, {
      cure: `give the secret ${name} a file: \${MAGOS_SECRETS}/...`,
    });
  }
  // podman 4 cannot replace a secret; containers keep the one that they were made with.
  const removed = await callEngine(parts, { program: engine, args: ["secret", "rm", name], timeout: quick, signal });
  if (!removed.ok) return removed;
  const args = ["secret", "create", name, "-"];
  const created = await mustCall(parts, { program: engine, args, stdin: content, timeout: quick, signal });
  return created.ok ? done() : created;
}
