// Steps 2 and 3 of both passes: where the branch stands, its history in the mirror, and whether it was rewritten.
import { type Problem, type Result, success } from "../core/model/problem.ts";
import type { Head } from "../core/ports/git.ts";
import type { PassPorts } from "./pass_ports.ts";

/** The head that a pass builds on, and what is to be known of it. */
export interface FollowedHead {
  readonly head: Head;
  readonly problems: readonly Problem[];
}

type FollowPorts = Pick<PassPorts, "git" | "store">;

/**
 * Asks the remote, fetches what is new, and finishes what an interrupted pass left; when that moved the branch, the
 * head is asked for again. Each head is kept as `head.verified` only when it was followed to.
 */
export async function followBranch(
  ports: FollowPorts,
  branch: string | null,
  resume: (head: Head) => Promise<Result<boolean>>,
): Promise<Result<FollowedHead>> {
  const first = await fetchHead(ports, branch);
  if (!first.ok) return first;
  const moved = await resume(first.value);
  if (!moved.ok) return moved;
  const head = moved.value ? await fetchHead(ports, first.value.branch) : first;
  if (!head.ok) return head;
  const problems = await checkDescent(ports, head.value);
  if (!problems.ok) return problems;
  const followed = `${head.value.branch} ${head.value.revision}`;
  for (const name of ["head.seen", "head.verified"]) {
    if (ports.store.meta(name) !== followed) ports.store.setMeta(name, followed);
  }
  return success({ head: head.value, problems: problems.value });
}

/** Step 2 alone, for verbs that only look. */
export async function fetchHead(ports: Pick<PassPorts, "git">, branch: string | null): Promise<Result<Head>> {
  const head = await ports.git.head(branch);
  if (!head.ok) return head;
  const fetched = await ports.git.fetch(head.value);
  return fetched.ok ? head : fetched;
}

/** Without `verifyCommits` a rewritten branch is followed, with a warning (contracts.md 3.3). */
async function checkDescent(ports: FollowPorts, head: Head): Promise<Result<readonly Problem[]>> {
  const [branch, revision] = ports.store.meta("head.verified")?.split(" ") ?? [];
  if (branch !== head.branch || revision === undefined || revision === head.revision) return success([]);
  const known = await ports.git.hasCommit(revision);
  if (!known.ok) return known;
  const descends = known.value ? await ports.git.isAncestor(revision, head.revision) : success(true);
  if (!descends.ok) return descends;
  if (descends.value) return success([]);
  return success([{
    code: "git.rewritten",
    severity: "warning",
    message: `the branch ${head.branch} was rewritten: ${revision.slice(0, 12)} is no longer part of it`,
    cure: "nothing to do if you meant it",
  }]);
}
