// Makes a commit from named files of a work tree, with plumbing alone: no hook, no editor, no clean-up.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { CommitOrder } from "../../core/ports/git.ts";
import { classifyFailure } from "./classify.ts";
import { type GitCall, runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { isInsidePath, isRevision, requireRevisions } from "./names.ts";
import { requireBelieved } from "./own_commit.ts";
import { signingFailure, type SigningParts, signingParts } from "./signing.ts";

/**
 * Gives the id of a commit on top of the parent that differs from it in the ordered files alone. No branch points to it
 * yet. Fails when nothing differs, when anything else would, or when it should be signed and cannot be.
 */
export async function makeCommit(context: GitContext, order: CommitOrder): Promise<Result<string>> {
  const { checkout, files } = order;
  const sound = checkOrder(context, order);
  if (!sound.ok) return sound;
  const parent = order.parent ?? checkout.revision;
  // update-index takes names as they are: no patterns, no ignore rules, no path that leads through a link.
  const staged = await plumb(context, order, ["update-index", "--add", "--remove", "-z", "--stdin"], files.join("\0"));
  if (!staged.ok) return staged;
  const tree = await plumb(context, order, ["write-tree"]);
  if (!tree.ok) return tree;
  const differs = await plumb(context, order, [
    "diff-tree",
    "-r",
    "-z",
    "--no-renames",
    "--name-only",
    parent,
    tree.value,
  ]);
  if (!differs.ok) return differs;
  const scope = checkScope(differs.value, files);
  if (!scope.ok) return scope;
  const key = order.sign ?? context.sign;
  const signing = key === null ? null : signingParts(key, context.env);
  const args = ["commit-tree", ...(signing?.args ?? []), tree.value, "-p", parent, "-F", "-"];
  const made = await plumb(context, order, args, order.message, signing);
  if (!made.ok) return made;
  if (!isRevision(made.value)) return failure("git.failed", "git gave no commit id", { cure: "run it again" });
  const believed = context.trust === null ? success(undefined) : await requireBelieved(context, made.value);
  return believed.ok ? made : believed;
}

function checkOrder(context: GitContext, { checkout, files, parent }: CommitOrder): Result<void> {
  if (!checkout.root.startsWith(`${context.workTrees}/`)) {
    return failure("git.failed", `${checkout.root} is no work tree of magos; it stays untouched`, {
      cure: "set repo.url to the remote that this clone comes from",
    });
  }
  const outside = files.find((path) => !isInsidePath(path));
  if (outside !== undefined) {
    return failure("file.outside", `"${outside.slice(0, 200)}" leads out of the repository`, {
      cure: "name a file in it",
    });
  }
  return requireRevisions(parent ?? checkout.revision);
}

function checkScope(differing: string, ordered: readonly string[]): Result<void> {
  const changed = differing.split("\0").filter((path) => path !== "");
  if (changed.length === 0) {
    return failure("git.failed", "there is nothing to commit: no file differs", { cure: "run the pass again" });
  }
  const odd = changed.find((path) => !ordered.includes(path));
  if (odd === undefined) return success(undefined);
  return failure("git.failed", `the commit would also change "${odd.slice(0, 200)}"`, { cure: "run the pass again" });
}

/** One plumbing command in the work tree; its stdout without the final newline. */
async function plumb(
  context: GitContext,
  { checkout, author, time }: CommitOrder,
  args: readonly string[],
  stdin?: string,
  signing: SigningParts | null = null,
): Promise<Result<string>> {
  const date = `@${Math.floor(time / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const call: GitCall = {
    args,
    cwd: checkout.root,
    env: { ...env, ...signing?.env },
    ...(stdin === undefined ? {} : { stdin }),
    ...(signing === null ? {} : { config: signing.config }),
  };
  const ran = await runGit(context, call);
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    const unsigned = signing === null ? null : signingFailure(ran.value, signing);
    return { ok: false, failure: unsigned ?? classifyFailure(ran.value, "local", `git ${args[0] ?? ""} failed`) };
  }
  return success(new TextDecoder().decode(ran.value.stdout).replace(/\n$/, ""));
}
