// doctor disk: whether there is room for what magos keeps, and for what containers need.
import { success } from "../../core/model/problem.ts";
import { stateFolder } from "../wire.ts";
import { runtimeFolder } from "../wire_host.ts";
import { lookAtBackupFolder } from "./backup_folder.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { findingOf } from "./problem_finding.ts";

const mebibyte = 1024 * 1024;
/** Below the first a pass may end for want of room; below the second it soon will. */
const tooLittle = 32 * mebibyte;
const little = 512 * mebibyte;

/** Looks at the state folder, at that of exports, and where an engine of this user keeps its images. */
export const diskCheck: Check = {
  id: "disk",
  takesSubjects: false,
  async items(context) {
    const { system, config } = context.session;
    const { env, uid } = system;
    // A full disk keeps the state itself from being opened.
    const opened = await context.world();
    const place = opened.ok ? success(opened.value.stateDir) : stateFolder(system, config);
    const images = [
      uid === 0 ? "/var/lib/containers" : `${env["HOME"] ?? ""}/.local/share/containers`,
      "/var/lib/docker",
    ];
    const state = place.ok ? [place.value] : [];
    const { backup } = config.apply;
    const runtime = runtimeFolder(system, config);
    const own = [...state, ...runtime.ok ? [runtime.value] : []];
    return success([
      ...[...state, ...images].map((path, index) => ({
        subject: path,
        look: () => look(context, path, index < state.length),
      })),
      ...backup === null ? [] : [{ subject: backup.dir, look: () => lookAtBackupFolder(system, backup, own) }],
    ]);
  },
};

async function look({ session }: CheckContext, path: string, isNeeded: boolean): Promise<readonly Finding[]> {
  const { files } = session.system;
  const info = await files.stat(path);
  // No engine of this kind, or one that only its own user may look into.
  if (!isNeeded && (!info.ok || info.value === null)) return [];
  const free = await files.freeBytes(path);
  // Where the folder cannot be made, the state check says so.
  if (!free.ok) return isNeeded && info.ok && info.value !== null ? [findingOf(free.failure)] : [];
  const message = `${Math.floor(free.value / mebibyte)} MiB free`;
  if (free.value >= little) return [{ state: "ok", message }];
  return [{
    state: free.value < tooLittle ? "fail" : "warn",
    message: `${message}, which is little`,
    cure: isNeeded
      ? "make room, or set state.dir to another disk; nothing is delivered that cannot be recorded"
      : "make room: podman image prune, or docker image prune",
  }];
}
