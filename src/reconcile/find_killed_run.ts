// Whether the last pass still runs: the lock says it, for the kernel frees it with the process (contracts.md 4.1).
import type { Files } from "../core/ports/files.ts";
import type { Store } from "../core/ports/store.ts";
import { passLockPath } from "./pass_lock.ts";

/**
 * The run whose row says `running` although nobody holds the pass lock; null when there is none. Nothing is written.
 * What cannot be found out is left as the row has it.
 */
export async function findKilledRun(store: Store, files: Files, stateDir: string): Promise<string | null> {
  const before = runningOf(store);
  if (before === null) return null;
  const locked = await files.isLocked(passLockPath(stateDir));
  if (!locked.ok || locked.value) return null;
  // A pass closes its row before it frees the lock, so one that ended in between says so by now.
  return runningOf(store) === before ? before : null;
}

function runningOf(store: Store): string | null {
  const [last] = store.runs(1);
  return last?.result === "running" ? last.id : null;
}
