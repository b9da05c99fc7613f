// A host that verifies commits must believe its own, or the next pass would refuse what this one delivered.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { GitContext } from "./context.ts";
import { readSignedCommits } from "./signed_commits.ts";

/** Fails with `git.signing_failed` unless a commit just made has a good signature by the host's own file of signers. */
export async function requireBelieved(context: GitContext, commit: string): Promise<Result<void>> {
  const judged = await readSignedCommits(context, { from: null, to: commit, firstParent: true }, 1);
  if (!judged.ok) return judged;
  if (judged.value[0]?.signature.state === "good") return success(undefined);
  const why = context.sign === null ? "update.commit.sign is not set" : "its signing key is no allowed signer's";
  return failure("git.signing_failed", `this host verifies commits and would refuse its own: ${why}`, {
    cure: context.sign === null
      ? "set update.commit.sign, and list that key in the file of repo.verifyCommits"
      : "list the key of update.commit.sign in the file of repo.verifyCommits, and its name in bots",
  });
}
