// Volumes of podman as tar files: found, exported, and given an earlier content back.
import * as z from "zod";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Volume } from "../../core/ports/engine.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";

const quick = 60_000;
/** Media libraries lie in volumes too. */
const copyTimeout = 6 * 3_600_000;

const inspected = z.array(z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
}));

type Inspected = z.infer<typeof inspected>[number];

/** Takes all that is in a folder, not the folder: its owner and mode are in no export. */
const emptyFolder = 'find "$1" -mindepth 1 -maxdepth 1 -exec rm -rf -- {} +';

/** Those of the names that are there, in their order. */
export async function findVolumes(
  parts: EngineParts,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Result<readonly Volume[]>> {
  const found: Volume[] = [];
  for (const name of names) {
    const volume = await inspectVolume(parts, name, signal);
    if (!volume.ok) return volume;
    if (volume.value !== null) found.push({ name, isElsewhere: isElsewhere(volume.value) });
  }
  return success(found);
}

/** Writes the content of the volume into a file; what stands in it goes, its owner and mode stay. */
export async function exportVolume(
  parts: EngineParts,
  name: string,
  path: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const args = ["volume", "export", "--output", path, name];
  const ran = await mustCall(parts, { program: "podman", args, timeout: copyTimeout, signal });
  return ran.ok ? done() : ran;
}

/**
 * Gives the volume exactly the content of the file: an import alone would leave what is newer. One that is gone is made
 * again as the project's. Killed in between, it is half empty or half full, and the same call mends it.
 */
export async function importVolume(
  parts: EngineParts,
  { name, project }: { readonly name: string; readonly project: string },
  path: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const there = await inspectVolume(parts, name, signal);
  if (!there.ok) return there;
  const ready = there.value === null
    ? await createVolume(parts, name, project, signal)
    : await emptyVolume(parts, there.value, signal);
  if (!ready.ok) return ready;
  const args = ["volume", "import", name, path];
  const ran = await mustCall(parts, { program: "podman", args, timeout: copyTimeout, signal });
  return ran.ok ? done() : ran;
}

async function emptyVolume(
  parts: EngineParts,
  { Name: name, Mountpoint: folder }: Inspected,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const args = ["ps", "--quiet", "--filter", `volume=${name}`, "--filter", "status=running"];
  const users = await mustCall(parts, { program: "podman", args, timeout: quick, signal });
  if (!users.ok) return users;
  const [user] = textOf(users.value.stdout).split("\n");
  if (user?.trim()) {
    return failure("engine.failed", `the volume ${name} is in use by the container ${user.trim()}`, {
      retry: "later",
      cure: "stop whatever else uses the volume",
    });
  }
  if (!folder.startsWith("/")) return failure("engine.failed", `podman does not tell where the volume ${name} lies`);
  const rootless = await isRootless(parts, signal);
  if (!rootless.ok) return rootless;
  const script = ["sh", "-c", emptyFolder, "sh", folder];
  // Without root, files of a container belong to users that only podman's own namespace can be.
  const call = rootless.value
    ? { program: "podman" as const, args: ["unshare", ...script] }
    : { program: "sh" as const, args: script.slice(1) };
  const ran = await mustCall(parts, { ...call, timeout: copyTimeout, signal });
  return ran.ok ? done() : ran;
}

async function createVolume(
  parts: EngineParts,
  name: string,
  project: string,
  signal: AbortSignal | undefined,
): Promise<Result<void>> {
  const labels = ["com.docker.compose.project", "io.podman.compose.project"].flatMap((it) => [
    "--label",
    `${it}=${project}`,
  ]);
  const args = ["volume", "create", ...labels, name];
  const ran = await mustCall(parts, { program: "podman", args, timeout: quick, signal });
  return ran.ok ? done() : ran;
}

async function inspectVolume(
  parts: EngineParts,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Result<Inspected | null>> {
  const args = ["volume", "exists", name];
  const exists = await callEngine(parts, { program: "podman", args, timeout: quick, signal });
  if (!exists.ok) return exists;
  // podman-volume-exists(1): 1 is the answer "no", everything else an error.
  if (exists.value.code === 1) return success(null);
  const told = await mustCall(parts, {
    program: "podman",
    args: ["volume", "inspect", name],
    timeout: quick,
    signal,
  });
  if (!told.ok) return told;
  const parsed = inspected.safeParse(parseJson(told.value.stdout));
  // An inspect takes the beginning of a name for the name.
  const volume = parsed.success ? parsed.data.find((it) => it.Name === name) : undefined;
  return volume === undefined ? failure("engine.failed", `podman volume inspect ${name}: no answer`) : success(volume);
}

/** A device, an export of NFS or another driver: its content is not podman's to take and to give back. */
function isElsewhere({ Driver: driver, Options: options }: Inspected): boolean {
  return driver !== "local" || ["device", "type"].some((key) => Boolean(options?.[key]));
}

async function isRootless(parts: EngineParts, signal: AbortSignal | undefined): Promise<Result<boolean>> {
  const args = ["info", "--format", "{{.Host.Security.Rootless}}"];
  const told = await mustCall(parts, { program: "podman", args, timeout: quick, signal });
  return told.ok ? success(textOf(told.value.stdout).trim() === "true") : told;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return null;
  }
}
