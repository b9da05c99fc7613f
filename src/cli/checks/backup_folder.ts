// doctor disk, for `apply.backup.dir`: whether exports of volumes can be written there, and would outlast what they save.
import type { BackupRule } from "../../core/model/backup.ts";
import type { System } from "../../core/ports/system.ts";
import type { Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

const mebibyte = 1024 * 1024;
const little = 512 * mebibyte;

/** Writes nothing: that this user may is told from owner and mode. `others`: folders that magos empties or rebuilds. */
export async function lookAtBackupFolder(
  { files, uid }: Pick<System, "files" | "uid">,
  { dir }: BackupRule,
  others: readonly string[],
): Promise<readonly Finding[]> {
  const real = await files.realPath(dir);
  if (!real.ok) return [findingOf(real.failure)];
  const path = real.value;
  const info = path === null ? null : await files.stat(path);
  if (info?.ok === false) return [findingOf(info.failure)];
  if (path === null || info?.value?.kind !== "directory") {
    const cure = `mount its disk, or: mkdir -m 0700 ${dir}; no deployment that needs an export is begun without it`;
    return [{ state: "fail", message: "there is no such folder", cure }];
  }
  const around = others.find((other) => path === other || path.startsWith(`${other}/`));
  if (around !== undefined) {
    const message = `it lies in ${around}, which may be lost or emptied at any time`;
    return [{ state: "fail", message, cure: "set apply.backup.dir to another folder" }];
  }
  const mode = info.value.mode ?? 0;
  const isOwn = uid === 0 || (info.value.uid === uid && (mode & 0o300) === 0o300);
  if (!isOwn && (mode & 0o003) !== 0o003) {
    return [{ state: "fail", message: "this user may not write there", cure: `chown it to the user of magos` }];
  }
  const inMemory = await files.isInMemory(path);
  if (inMemory.ok && inMemory.value) {
    const message = "it lies in memory, and exports are lost with the machine's power";
    return [{ state: "warn", message, cure: "set apply.backup.dir to a folder on a disk" }];
  }
  const free = await files.freeBytes(path);
  if (!free.ok) return [findingOf(free.failure)];
  const message = `${Math.floor(free.value / mebibyte)} MiB free for exports of volumes`;
  if (free.value >= little) return [{ state: "ok", message }];
  return [{ state: "warn", message: `${message}, which is little`, cure: "make room, or lower apply.backup.keep" }];
}
