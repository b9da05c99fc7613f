// What stands on a branch that changes may be delivered to: whose commits, and whether the base has them already.
import { type Result, success } from "../core/model/problem.ts";
import { parseTrailers } from "../core/plan/trailers.ts";
import type { Commit, FileChange, Git, Head } from "../core/ports/git.ts";

/** A branch beside the followed one. */
export type BranchState =
  | { readonly kind: "absent" }
  /** The base has all that it brings: it was merged, or its commits undo one another. */
  | { readonly kind: "merged"; readonly tip: string }
  /** Every commit that the base lacks is magos's own; `commits` are these, newest first. */
  | {
    readonly kind: "own";
    readonly tip: string;
    readonly commits: readonly Commit[];
    readonly brings: readonly FileChange[];
  }
  /** At least one commit is somebody else's; `commit` is the newest of those. */
  | {
    readonly kind: "foreign";
    readonly tip: string;
    readonly commits: readonly Commit[];
    readonly commit: Commit;
  };

// More between base and tip is not what magos leaves on a branch, and no reason to read a whole history.
const commitsRead = 200;

/**
 * Reads the branch against the base's head, fetching it when it is new. Only trailers say whose a commit is
 * (contracts.md 3.2). A branch that was squashed or rebased into the base counts as merged when no path that it
 * changes differs from the base any more.
 */
export async function readBranch(git: Git, base: string, head: Head | null): Promise<Result<BranchState>> {
  if (head === null) return success({ kind: "absent" });
  const fetched = await git.fetch(head);
  if (!fetched.ok) return fetched;
  const tip = head.revision;
  const commits = await git.log(base, tip, commitsRead);
  if (!commits.ok) return commits;
  if (commits.value.length === 0) return success({ kind: "merged", tip });
  const foreign = commits.value.find((commit) => parseTrailers(commit.message) === null) ??
    (commits.value.length === commitsRead ? commits.value.at(-1) : undefined);
  if (foreign !== undefined) return success({ kind: "foreign", tip, commits: commits.value, commit: foreign });
  const brings = await changesBrought(git, base, tip);
  if (!brings.ok) return brings;
  const differs = await git.changes(base, tip);
  if (!differs.ok) return differs;
  const missing = new Set(differs.value.map(({ path }) => path));
  const isMerged = !brings.value.some(({ path }) => missing.has(path));
  return success(
    isMerged ? { kind: "merged", tip } : { kind: "own", tip, commits: commits.value, brings: brings.value },
  );
}

/** What merging a commit would bring to the base: the paths that it changes since they parted. */
export async function changesBrought(git: Git, base: string, tip: string): Promise<Result<readonly FileChange[]>> {
  const parted = await git.mergeBase(base, tip);
  if (!parted.ok) return parted;
  return parted.value === null ? success([]) : await git.changes(parted.value, tip);
}

/** Whether two changes are the same, byte for byte, from the same bytes. */
export function isSameChange(one: readonly FileChange[], other: readonly FileChange[]): boolean {
  const gist = (changes: readonly FileChange[]): string =>
    JSON.stringify(changes.map(({ path, before, after }) => [path, before, after]));
  return gist(one) === gist(other);
}
