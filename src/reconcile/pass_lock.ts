// One pass at a time on a host: the lock that verbs which act take first (contracts.md 4.1).
import { formatDuration } from "../core/model/duration.ts";
import { failure, type Result, success } from "../core/model/problem.ts";
import { formatTime } from "../core/model/time.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { FileLock, Files } from "../core/ports/files.ts";

const pause = 500;

/** Where and how long to wait. */
export interface LockOptions {
  readonly folder: string;
  /** What this process is about, for the one that waits. */
  readonly what: string;
  readonly waitSeconds: number;
  readonly stop: AbortSignal;
  /** Called once when there is somebody to wait for. */
  readonly onWait: (holder: string) => void;
}

/** Takes the lock, or fails with `lock.held` after the wait. Who holds it is read from the file, for messages only. */
export async function takePassLock(files: Files, clock: Clock, options: LockOptions): Promise<Result<FileLock>> {
  const path = passLockPath(options.folder);
  const note = `${options.what}, started ${formatTime(clock.now())}`;
  const made = await files.makeFolder(options.folder, 0o700);
  if (!made.ok) return made;
  const end = clock.monotonic() + options.waitSeconds * 1000;
  for (let told = false;; told = true) {
    const lock = await files.tryLock(path, note);
    if (!lock.ok) return lock;
    if (lock.value !== null) return success(lock.value);
    const holder = await holderOf(files, path);
    if (!told) options.onWait(holder);
    if (clock.monotonic() >= end || options.stop.aborted) {
      return failure("lock.held", `another pass is running (${holder})`, {
        retry: "later",
        cure: `wait for it; after ${formatDuration(options.waitSeconds)} this one gave up, --wait gives it longer`,
      });
    }
    await clock.sleep(pause, options.stop);
  }
}

/** Where the lock lies in the state folder. */
export function passLockPath(stateDir: string): string {
  return `${stateDir}/pass.lock`;
}

async function holderOf(files: Files, path: string): Promise<string> {
  const note = await files.read(path, 1024);
  return note.ok && note.value !== null ? new TextDecoder().decode(note.value).trim() || "unknown" : "unknown";
}
