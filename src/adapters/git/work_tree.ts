// A folder that holds one revision, under a lock of its own: what it belongs to is alive as long as the lock is held.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { FileLock } from "../../core/ports/files.ts";
import type { Checkout, Head } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { fetchHead } from "./fetch.ts";
import { discardMirror, isDamage, partialClone } from "./mirror.ts";
import { listTracked } from "./tracked_files.ts";

/** Milliseconds for a checkout; in a partial clone the files' contents arrive only now. */
const checkoutTimeout = 1_200_000;

/** A new detached work tree of the head; those whose owner is gone are removed. The caller holds `mirror.lock`. */
export async function openWorkTree(context: GitContext, head: Head): Promise<Result<Checkout>> {
  const fetched = context.whole.has(head.revision) ? success(undefined) : await fetchHead(context, head);
  if (!fetched.ok) return fetched;
  const swept = await sweepWorkTrees(context);
  if (!swept.ok) return swept;
  const first = await addWorkTree(context, head);
  if (first.ok || !isDamage(first.failure)) return first;
  const discarded = await discardMirror(context, first.failure.message);
  if (!discarded.ok) return discarded;
  const again = await fetchHead(context, head);
  return again.ok ? await addWorkTree(context, head) : again;
}

async function addWorkTree(context: GitContext, head: Head): Promise<Result<Checkout>> {
  const root = `${context.workTrees}/${context.random.hex(16)}`;
  const lock = await context.files.tryLock(`${root}.lock`, "git work tree");
  if (!lock.ok) return lock;
  const held = lock.value;
  if (held === null) return failure("lock.held", `${root} is in use`, { retry: "later", cure: "run it again" });
  const added = await checkOut(context, root, head.revision);
  const listed = added.ok ? await listTracked(context, root, context.log) : added;
  if (!listed.ok) {
    await removeTree(context, root, held);
    return listed;
  }
  let closed = false;
  return success({
    root,
    revision: head.revision,
    branch: head.branch,
    ...listed.value,
    close: async (): Promise<void> => {
      if (!closed) await removeTree(context, root, held);
      closed = true;
    },
  });
}

async function checkOut(context: GitContext, root: string, revision: string): Promise<Result<void>> {
  const ran = await runGit(context, {
    args: ["worktree", "add", "--detach", "--force", "--", root, revision],
    cwd: context.mirror,
    // Contents that the partial clone lacks are fetched by this very call.
    speaks: true,
    config: partialClone,
    timeout: checkoutTimeout,
  });
  if (!ran.ok) return ran;
  if (ran.value.code === 0 && ran.value.ended === null) return success(undefined);
  return { ok: false, failure: classifyFailure(ran.value, "read", `cannot check out ${revision}`) };
}

/** Git's own record of the tree stays until the next sweep: it would need `mirror.lock`, and closing never waits. */
async function removeTree({ files, log }: GitContext, root: string, lock: FileLock): Promise<void> {
  const removed = await files.remove(root);
  const unlocked = removed.ok ? await files.remove(`${root}.lock`) : removed;
  if (!unlocked.ok) log.event("warning", "git.work_tree_left", { root, message: unlocked.failure.message });
  lock.release();
}

/** A lock that can be had belongs to nobody: names are random and never used twice. */
async function sweepWorkTrees(context: GitContext): Promise<Result<void>> {
  const { files, workTrees, log } = context;
  const names = await files.list(workTrees);
  if (!names.ok) return names;
  for (const name of new Set(names.value.map((each) => each.replace(/\.lock$/, "")))) {
    const root = `${workTrees}/${name}`;
    const lock = await files.tryLock(`${root}.lock`, "git work tree sweep");
    if (!lock.ok) return lock;
    if (lock.value === null) continue;
    log.event("info", "git.work_tree_swept", { name });
    await removeTree(context, root, lock.value);
  }
  return await sweepRecords(context);
}

/** Git's own records of work trees that are gone; each is a folder named like the tree. */
async function sweepRecords({ files, mirror, workTrees }: GitContext): Promise<Result<void>> {
  const records = await files.list(`${mirror}/worktrees`);
  if (!records.ok) return records;
  for (const name of records.value) {
    const tree = await files.stat(`${workTrees}/${name}`);
    const removed = tree.ok && tree.value === null ? await files.remove(`${mirror}/worktrees/${name}`) : tree;
    if (!removed.ok) return removed;
  }
  return success(undefined);
}
