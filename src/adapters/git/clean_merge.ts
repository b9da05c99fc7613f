// Whether a merge holds what git makes of its parents, or something that somebody slipped in.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { SignedCommit } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { partialClone } from "./mirror.ts";
import { requireRevisions } from "./names.ts";

/** Milliseconds: contents that both sides changed may have to be fetched. */
const mergeTimeout = 600_000;

/**
 * Merges the two parents anew, in no work tree, and compares the trees. False for a merge with a conflict or with more
 * than two parents. Fails where git is older than 2.38 and has no `merge-tree --write-tree`. The caller holds `mirror.lock`.
 */
export async function isCleanMerge(context: GitContext, merge: SignedCommit): Promise<Result<boolean>> {
  const [first, second, third] = merge.parents;
  if (first === undefined || second === undefined || third !== undefined) return success(false);
  const valid = requireRevisions(merge.revision, first, second);
  if (!valid.ok) return valid;
  const made = await runGit(context, {
    args: ["merge-tree", "--write-tree", "--no-messages", first, second],
    cwd: context.mirror,
    speaks: true,
    config: partialClone,
    timeout: mergeTimeout,
  });
  if (!made.ok) return made;
  if (made.value.code === 1 && made.value.ended === null) return success(false);
  if (made.value.code === 129) {
    return failure("git.failed", "this git cannot say what a merge should hold", { cure: "install git 2.38 or newer" });
  }
  const there = await runGit(context, { args: ["rev-parse", `${merge.revision}^{tree}`], cwd: context.mirror });
  if (!there.ok) return there;
  const bad = [made.value, there.value].find((output) => output.code !== 0 || output.ended !== null);
  if (bad !== undefined) {
    return { ok: false, failure: classifyFailure(bad, "read", `cannot merge the parents of ${merge.revision} anew`) };
  }
  const [wanted, actual] = [made.value, there.value].map(({ stdout }) => new TextDecoder().decode(stdout).trim());
  return success(wanted !== "" && wanted === actual);
}
