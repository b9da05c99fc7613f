// Volumes of podman as tar files: found, exported, and given an earlier content back.
import * as z from "zod";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Volume } from "../../core/ports/engine.ts";
import type { Output } from "../../core/ports/process.ts";
import { callEngine, done, type EngineParts, mustCall } from "./engine_call.ts";
import { answerJson, answerLines, answerText } from "./engine_answer.ts";

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

/**
 * Takes all that is in a folder, not the folder: its owner and mode are in no export. The slash is for who moved the folder
 * to another disk and left a link.
 */
const emptyFolder = 'find "$1/" -mindepth 1 -maxdepth 1 -exec rm -rf -- {} +';

/** Counts what a folder holds and what the export has of it. Sockets cannot be exported, and are made anew by who listens. */
const countBoth = `set -e
find "$1/" -mindepth 1 ! -type s -print0 > /dev/null
tar -tf "$2" > /dev/null
echo $(find "$1/" -mindepth 1 ! -type s -print0 | tr -dc '\\000' | wc -c) $(tar -tf "$2" | wc -l)`;

/** What `podman ps` says of containers that write no more, in its own words or those of its states. */
const ended = /^(exited|created|configured|initialized|stopped|dead|removing)\b/i;

const readThrough = 'tar -tf "$1" > /dev/null';

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

/**
 * Writes the content of the volume into a file; what stands in it goes, its owner and mode stay. podman leaves out what it
 * cannot read, and all that comes after it, and calls that a success: so it is counted what is in the file.
 */
export async function exportVolume(
  parts: EngineParts,
  name: string,
  path: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const args = ["volume", "export", "--output", path, name];
  const ran = await mustCall(parts, { program: "podman", args, timeout: copyTimeout, signal });
  const volume = ran.ok ? await inspectVolume(parts, name, signal) : ran;
  if (!volume.ok) return volume;
  if (volume.value === null) return failure("engine.failed", `the volume ${name} went away while it was exported`);
  const counted = await runAsOwner(parts, countBoth, [volume.value.Mountpoint, path], signal);
  if (!counted.ok) return notWhole(`the export of ${name} cannot be checked: ${counted.failure.message}`);
  const [held, kept] = answerText(counted.value.stdout).trim().split(/\s+/);
  if (held !== undefined && held === kept) return done();
  return notWhole(`the volume ${name} holds ${held} files and folders, and its export ${kept}`);
}

/**
 * Gives the volume exactly the content of the file: an import alone would leave what is newer. One that is gone is made
 * again as the project's. Killed in between, it is half empty or half full, and the same call mends it. A file that cannot
 * be read to its end costs nothing of what the volume holds.
 */
export async function importVolume(
  parts: EngineParts,
  { name, project }: { readonly name: string; readonly project: string },
  path: string,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const there = await inspectVolume(parts, name, signal);
  if (!there.ok) return there;
  if (there.value !== null && isElsewhere(there.value)) {
    return failure("engine.failed", `the volume ${name} is kept elsewhere now: nothing is written over it`);
  }
  const script = ["-c", readThrough, "sh", path];
  const sound = await mustCall(parts, { program: "sh", args: script, timeout: copyTimeout, signal });
  if (!sound.ok) {
    return failure("engine.failed", `the export ${path} is damaged or cannot be read: ${sound.failure.message}`);
  }
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
  // Not by a filter of states: one that is about to stop, or is paused, is no "running" one and none that has ended.
  const args = ["ps", "--all", "--filter", `volume=${name}`, "--format", "{{.State}} {{.Names}}"];
  const users = await mustCall(parts, { program: "podman", args, timeout: quick, signal });
  if (!users.ok) return users;
  const user = answerLines(users.value.stdout).find((it) => !ended.test(it));
  if (user !== undefined) {
    return failure("engine.failed", `the volume ${name} is in use by the container ${user.split(" ").at(-1)}`, {
      retry: "later",
      cure: "stop whatever else uses the volume",
    });
  }
  const ran = await runAsOwner(parts, emptyFolder, [folder], signal);
  return ran.ok ? done() : ran;
}

/** Runs a script with the folder of a volume as its first argument. */
async function runAsOwner(
  parts: EngineParts,
  text: string,
  [folder, ...others]: readonly [string, ...string[]],
  signal: AbortSignal | undefined,
): Promise<Result<Output>> {
  if (!folder.startsWith("/")) return failure("engine.failed", "podman does not tell where the volume lies");
  const rootless = await isRootless(parts, signal);
  if (!rootless.ok) return rootless;
  const script = ["sh", "-c", text, "sh", folder, ...others];
  // Without root, files of a container belong to users that only podman's own namespace can be.
  const call = rootless.value
    ? { program: "podman" as const, args: ["unshare", ...script] }
    : { program: "sh" as const, args: script.slice(1) };
  return await mustCall(parts, { ...call, timeout: copyTimeout, signal });
}

function notWhole(message: string): Result<never> {
  return failure("engine.failed", message, {
    retry: "later",
    cure: "see that nothing else writes to the volume, that its disk is sound, and that tar is installed",
  });
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
  const parsed = inspected.safeParse(answerJson(told.value.stdout));
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
  return told.ok ? success(answerText(told.value.stdout).trim() === "true") : told;
}
