// The engine of this host: found by trying, checked for its version, and bound to one way of calling it.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Engine } from "../../core/ports/engine.ts";
import { readLogs } from "./container_logs.ts";
import { askPrograms, type ComposeReader, type EngineFacts } from "./ask_programs.ts";
import { type Dialect, dialects } from "./dialect.ts";
import { callEngine, done, type EngineParts, mustCall, wordsOf } from "./engine_call.ts";
import { pruneImages, pullImages } from "./engine_images.ts";
import { listContainers } from "./list_containers.ts";
import { removeContainers, removeNetworks } from "./remove_containers.ts";
import { type Starter, startProject } from "./start_project.ts";
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

/** The first versions that read `include`. */
const readsIncludes: Readonly<Record<ComposeReader["name"], readonly [number, number, number]>> = {
  "podman-compose": [1, 1, 0],
  "docker compose": [2, 20, 0],
};

/** The first versions that know `--profile`; older ones start every service that is named, which are the wanted ones. */
const knowsProfiles: typeof readsIncludes = { "podman-compose": [1, 0, 6], "docker compose": [0, 0, 0] };

/** Finds the engine that was asked for, or the first one there is. */
export async function findEngine(parts: EngineParts, choice: EngineChoice): Promise<Result<Engine>> {
  const tried = dialects.filter((dialect) => choice === "auto" || dialect.name === choice);
  const reasons: string[] = [];
  for (const dialect of tried) {
    const told = await askPrograms(parts, dialect);
    if (!told.ok) reasons.push(`${dialect.name}: ${told.failure.message}`);
    else if (isTooOld(told.value.version, oldest[dialect.name])) {
      const wanted = oldest[dialect.name].join(".");
      const reason = `${dialect.name} ${told.value.version} is older than ${wanted}`;
      if (choice !== "auto") {
        return failure("engine.too_old", reason, { cure: `install ${dialect.name} ${wanted} or newer` });
      }
      reasons.push(reason);
    } else return success(engineOf(parts, dialect, told.value));
  }
  return failure("engine.missing", `no program runs Compose files here (${reasons.join("; ")})`, {
    cure: "install podman and podman-compose, or Docker with its compose plugin",
  });
}

function isTooOld(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = wanted.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at >= 0 && (parts[at] ?? 0) < (wanted[at] ?? 0);
}

function can(reader: ComposeReader | null, since: typeof readsIncludes): boolean {
  return reader === null || !isTooOld(reader.version, since[reader.name]);
}

function engineOf(parts: EngineParts, dialect: Dialect, { version, reader, isPodman }: EngineFacts): Engine {
  const { engine } = dialect;
  // Docker has no command for it, an image of a stack need not have what would do it, and volumes of another machine do
  // not lie here.
  const exports = engine === "podman" && !parts.env["CONTAINER_HOST"];
  const starter: Starter = {
    ...dialect,
    knowsProfiles: can(reader, knowsProfiles),
    seesChanges: !isPodman,
  };
  return {
    name: dialect.name,
    version,
    readsIncludes: can(reader, readsIncludes),
    exportsVolumes: exports,
    list: (signal) => listContainers(parts, engine, signal),
    pull: (images, signal) => pullImages(parts, engine, images, signal),
    up: (project, options, signal) => startProject(parts, starter, project, options, signal),
    checkHealth: (id, signal) => checkHealth(parts, engine, id, signal),
    removeContainers: (ids, signal) => removeContainers(parts, engine, ids, signal),
    stopContainers: (ids, signal) => stopContainers(parts, engine, ids, signal),
    startContainers: (ids, signal) => startContainers(parts, engine, ids, signal),
    volumes: (names, signal) => exports ? findVolumes(parts, names, signal) : noExport(),
    exportVolume: (name, path, signal) => exports ? exportVolume(parts, name, path, signal) : noExport(),
    importVolume: (volume, path, signal) => exports ? importVolume(parts, volume, path, signal) : noExport(),
    removeNetworks: (project, signal) => removeNetworks(parts, engine, project, signal),
    logs: (id, lines, signal) => readLogs(parts, engine, id, lines, signal),
    saveSecret: (name, content, signal) => saveSecret(parts, reader, name, content, signal),
    removeSecrets: (names, signal) => removeSecrets(parts, reader, names, signal),
    pruneImages: (repositories, keep, signal) => pruneImages(parts, engine, repositories, keep, signal),
  };
}

function noExport(): Promise<Result<never>> {
  return Promise.resolve(failure("engine.no_export", "this engine exports no volumes"));
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
  reader: ComposeReader | null,
  name: string,
  content: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  if (reader?.name === "docker compose") {
    return failure("engine.failed", `docker compose has no external secrets outside of a swarm`, {
      cure: `give the secret ${name} a file: \${MAGOS_SECRETS}/...`,
    });
  }
  // podman 4 cannot replace a secret; containers keep the one that they were made with.
  const removed = await callEngine(parts, { program: "podman", args: ["secret", "rm", name], timeout: quick, signal });
  if (!removed.ok) return removed;
  const args = ["secret", "create", name, "-"];
  const created = await mustCall(parts, { program: "podman", args, stdin: content, timeout: quick, signal });
  return created.ok ? done() : created;
}

async function removeSecrets(
  parts: EngineParts,
  reader: ComposeReader | null,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  // None were ever made there.
  if (reader?.name === "docker compose") return done();
  for (const name of names) {
    const call = { program: "podman", args: ["secret", "rm", name], timeout: quick, signal } as const;
    const removed = await callEngine(parts, call);
    if (!removed.ok) return removed;
    const { code, stderr } = removed.value;
    if (code !== 0 && !/no such secret/i.test(stderr)) {
      return failure("engine.failed", wordsOf(call, removed.value), { retry: "later" });
    }
  }
  return done();
}
