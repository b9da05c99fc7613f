// Whose word the past is: the signatures of the commits that tell it, where the host says whom it believes.
import { type Result, success } from "../core/model/problem.ts";
import type { PastRun, PlanCommit } from "../core/plan/past_run.ts";
import type { Git } from "../core/ports/git.ts";
import { mapLimited } from "./map_limited.ts";

// Each signature costs git two short programs.
const mostCommits = 200;
const atOnce = 4;

/** The runs with `verified` said of their newest 200 commits. Fails when the host's file of signers is of no use. */
export async function verifyPast(
  git: Pick<Git, "signedCommits">,
  runs: readonly PastRun[],
): Promise<Result<readonly PastRun[]>> {
  const commits = runs.flatMap((run) => run.commits).slice(0, mostCommits);
  const signed = await mapLimited(
    commits,
    atOnce,
    ({ revision }) => git.signedCommits({ from: null, to: revision, firstParent: true }, 1),
  );
  const verified = new Map<PlanCommit, boolean>();
  for (const [at, answer] of signed.entries()) {
    if (!answer.ok) return answer;
    const commit = commits[at];
    if (commit !== undefined) verified.set(commit, answer.value[0]?.signature.state === "good");
  }
  const told = (commit: PlanCommit): PlanCommit => ({ ...commit, verified: verified.get(commit) ?? commit.verified });
  return success(runs.map((run) => ({ ...run, commits: run.commits.map(told) })));
}
