// The short lock around everything that changes the mirror: fetch, push, work trees (contracts 4.1).
import { failure, type Result } from "../../core/model/problem.ts";
import type { GitContext } from "./context.ts";

/** Milliseconds to wait for another process; the first fetch of a large repository takes its time. */
const patience = 180_000;

/**
 * Runs `work` while holding `mirror.lock`, and frees it whatever happens. Waits for another holder, and fails with
 * `lock.held` after three minutes.
 */
export async function withMirrorLock<T>(context: GitContext, work: () => Promise<Result<T>>): Promise<Result<T>> {
  const { files, clock, random, mirrorLock } = context;
  for (const folder of [context.folder, context.home, context.workTrees]) {
    const made = await files.makeFolder(folder, 0o700);
    if (!made.ok) return made;
  }
  const start = clock.monotonic();
  while (true) {
    const lock = await files.tryLock(mirrorLock, "git mirror");
    if (!lock.ok) return lock;
    if (lock.value !== null) {
      try {
        return await work();
      } finally {
        lock.value.release();
      }
    }
    if (clock.monotonic() - start > patience) return heldTooLong(mirrorLock);
    await clock.sleep(20 + random.number() * 80);
  }
}

function heldTooLong(path: string): Result<never> {
  return failure("lock.held", `another magos works on the git mirror (${path})`, {
    retry: "later",
    cure: "wait for it to end, or end it; the lock goes with the process",
  });
}
