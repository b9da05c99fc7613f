// Where exports of volumes lie: a folder for each stack, in it one for each export, the newest ones kept.
import type { BackupRule } from "../core/model/backup.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import type { Time } from "../core/model/time.ts";
import { formatTime, parseTime } from "../core/model/time.ts";
import type { Files } from "../core/ports/files.ts";

/** What marks an export that is not complete. */
const half = ".partial";

const complete = /^\d{8}T\d{6}Z-before-[0-9a-f]{1,12}$/;
const begun = /^\d{8}T\d{6}Z-before-[0-9a-f]{1,12}\.partial$/;

/** Above what a volume grows by between two deployments, mostly. */
const reserve = 64 * 1024 * 1024;

/** One export under way, and what it will be. */
export interface ExportPlace {
  readonly partial: string;
  readonly folder: string;
}

/** The folder of a stack; nothing is made. */
export function exportsOf({ dir }: BackupRule, stack: string): string {
  return `${dir}/${stack}`;
}

/**
 * Makes the folders for an export: named after its time and the revision that is about to be deployed. Fails when `dir`
 * is not there, when others may read the stack's folder, and when less room is left than the last export took.
 */
export async function beginExport(
  files: Files,
  rule: BackupRule,
  stack: string,
  at: { readonly now: Time; readonly revision: string },
): Promise<Result<ExportPlace>> {
  const own = exportsOf(rule, stack);
  const base = await files.stat(`${rule.dir}/.`);
  if (!base.ok) return base;
  if (base.value?.kind !== "directory") {
    return failure("stack.not_exported", `apply.backup.dir: there is no folder ${rule.dir}`, {
      cure: `mount its disk, or: mkdir -m 0700 ${rule.dir}`,
    });
  }
  const made = await files.makeFolder(own, 0o700);
  const info = made.ok ? await files.stat(own) : made;
  if (!info.ok) return info;
  if (info.value?.kind !== "directory" || ((info.value.mode ?? 0) & 0o077) !== 0) {
    return failure("stack.not_exported", `${own} is not a folder for magos alone`, { cure: `chmod 0700 ${own}` });
  }
  const room = await checkRoom(files, rule, stack);
  if (!room.ok) return room;
  const newest = await newestExport(files, own);
  if (!newest.ok) return newest;
  // The newest ones are kept by their names: a clock that starts in the past must not make this one the oldest.
  const last = newest.value === null ? null : timeOf(newest.value);
  const time = last === null ? at.now : Math.max(at.now, last + 1000);
  const name = `${formatTime(time).replaceAll(/[-:]/g, "")}-before-${at.revision.slice(0, 12)}`;
  const folder = `${own}/${name}`;
  const begun = await files.makeFolder(folder + half, 0o700);
  return begun.ok ? success({ partial: folder + half, folder }) : begun;
}

/** The export gets its name once all of it is on the disk. */
export async function completeExport(files: Files, stackFolder: string, place: ExportPlace): Promise<Result<void>> {
  const synced = await files.sync(place.partial);
  const renamed = synced.ok ? await files.rename(place.partial, place.folder) : synced;
  return renamed.ok ? await files.sync(stackFolder) : renamed;
}

/** Removes what a kill left of exports. */
export async function dropHalfExports(files: Files, rule: BackupRule, stack: string): Promise<Result<void>> {
  return await removeAll(files, rule, stack, (names) => names.filter((name) => begun.test(name)));
}

/** Removes all but the newest ones, and never the one that a deployment under way may need. */
export async function pruneExports(
  files: Files,
  rule: BackupRule,
  stack: string,
  needed: string | null,
): Promise<Result<void>> {
  return await removeAll(files, rule, stack, (names) => {
    const old = names.filter((name) => complete.test(name)).sort().toReversed().slice(rule.keep);
    return old.filter((name) => `${exportsOf(rule, stack)}/${name}` !== needed);
  });
}

/** Bytes of the newest export of a stack; 0 without one. */
export async function lastExportSize(files: Files, rule: BackupRule, stack: string): Promise<Result<number>> {
  const newest = await newestExport(files, exportsOf(rule, stack));
  if (!newest.ok) return newest;
  if (newest.value === null) return success(0);
  const folder = `${exportsOf(rule, stack)}/${newest.value}`;
  const inside = await files.list(folder);
  if (!inside.ok) return inside;
  let size = 0;
  for (const name of inside.value) {
    const info = await files.stat(`${folder}/${name}`);
    if (!info.ok) return info;
    size += info.value?.size ?? 0;
  }
  return success(size);
}

async function newestExport(files: Files, own: string): Promise<Result<string | null>> {
  const names = await files.list(own);
  return names.ok ? success(names.value.filter((name) => complete.test(name)).sort().at(-1) ?? null) : names;
}

/** `20261121T200657Z-before-...` */
function timeOf(name: string): Time | null {
  return parseTime(name.slice(0, 16).replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}

/** Looked at while everything still runs: the disk need not fill up first. */
async function checkRoom(files: Files, rule: BackupRule, stack: string): Promise<Result<void>> {
  const last = await lastExportSize(files, rule, stack);
  if (!last.ok) return last;
  const free = await files.freeBytes(rule.dir);
  if (!free.ok || last.value === 0 || free.value >= last.value + Math.min(reserve, last.value)) {
    return success(undefined);
  }
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  const message = `${rule.dir} has ${mebibytes(free.value)} left, and the last export took ${mebibytes(last.value)}`;
  return failure("stack.not_exported", message, { retry: "later", cure: "make room, or lower apply.backup.keep" });
}

async function removeAll(
  files: Files,
  rule: BackupRule,
  stack: string,
  choose: (names: readonly string[]) => readonly string[],
): Promise<Result<void>> {
  const own = exportsOf(rule, stack);
  const names = await files.list(own);
  if (!names.ok) return names;
  for (const name of choose(names.value)) {
    const removed = await files.remove(`${own}/${name}`);
    if (!removed.ok) return removed;
  }
  return success(undefined);
}
