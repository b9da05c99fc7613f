// Names that come from outside and end up in arguments and paths: branches, commit ids, file paths.
import { isBranchName } from "../../core/model/branch_name.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";

/** Whether the text is a whole commit id, SHA-1 or SHA-256. */
export function isRevision(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** Fails with `git.failed` for anything that is no whole commit id: it could be read as an option or an expression. */
export function requireRevisions(...revisions: readonly string[]): Result<void> {
  const odd = revisions.find((revision) => !isRevision(revision));
  if (odd === undefined) return success(undefined);
  return failure("git.failed", `"${odd.slice(0, 80)}" is not a whole commit id`, {
    cure: "give all 40 (or 64) digits",
  });
}

/** Fails with `config.invalid_value` unless git would take the text as a branch (git-check-ref-format). */
export function requireBranch(branch: string): Result<void> {
  if (isBranchName(branch)) return success(undefined);
  return failure("config.invalid_value", `"${branch.slice(0, 80)}" is not a branch name`, {
    cure: "see `git help check-ref-format` for what a branch may be called",
  });
}

/** Whether a path stays in the folder it is relative to, and out of `.git`. */
export function isInsidePath(path: string): boolean {
  if (path === "" || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");
}
