// Steps 2 and 3 of both passes: where the branch stands, its history in the mirror, and whether it was rewritten.
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Head } from "../core/ports/git.ts";
import type { PassPorts } from "./pass_ports.ts";
import { verifyHead } from "./verify_head.ts";
import { acceptRevision, verifiedRevision, type VerifyRules } from "./verify_rules.ts";

/** The head that a pass builds on, and what is to be known of it. */
export interface FollowedHead {
  readonly head: Head;
  readonly problems: readonly Problem[];
}

type FollowPorts = Pick<PassPorts, "git"> & { readonly store: Pick<PassPorts["store"], "meta" | "setMeta"> };

/** What rules the following of a branch. */
export interface FollowOptions {
  /** Null: every commit is built on. */
  readonly verify: VerifyRules | null;
  /** A revision that the host's owner accepts as verified. */
  readonly accept: string | null;
}

/**
 * Asks the remote, fetches what is new, verifies it where that is asked for, and finishes what an interrupted pass left;
 * when that moved the branch, the head is asked for again. `head.verified` moves to verified heads alone.
 */
export async function followBranch(
  ports: FollowPorts,
  branch: string | null,
  resume: (head: Head) => Promise<Result<boolean>>,
  options: FollowOptions = { verify: null, accept: null },
): Promise<Result<FollowedHead>> {
  const first = await fetchHead(ports, branch);
  if (!first.ok) return first;
  const accepted = await accept(ports, first.value, options);
  if (!accepted.ok) return accepted;
  const checked = await checkHead(ports, first.value, options);
  if (!checked.ok) return checked;
  // Only on a good head: what was prepared is pushed onto it.
  const moved = await resume(first.value);
  if (!moved.ok) return moved;
  if (!moved.value) return success({ head: first.value, problems: checked.value });
  const head = await fetchHead(ports, first.value.branch);
  if (!head.ok) return head;
  const again = await checkHead(ports, head.value, options);
  return again.ok ? success({ head: head.value, problems: [...checked.value, ...again.value] }) : again;
}

async function accept(ports: FollowPorts, head: Head, options: FollowOptions): Promise<Result<void>> {
  if (options.accept === null) return success(undefined);
  if (options.verify !== null) return await acceptRevision(ports, head, options.accept);
  return failure("usage.invalid", "--accept: this host verifies no commits, so there is nothing to accept", {
    cure: "leave --accept out, or set repo.verifyCommits",
  });
}

/** What is to be known of the head, which is remembered from now on; fails when it must not be built on. */
async function checkHead(
  ports: FollowPorts,
  head: Head,
  { verify }: FollowOptions,
): Promise<Result<readonly Problem[]>> {
  const problems = verify === null
    ? await checkDescent(ports, head)
    : await verifyHead(ports, head, verifiedRevision(ports.store), verify);
  const names = problems.ok && verify !== null ? ["head.seen", "head.verified"] : ["head.seen"];
  for (const name of names) {
    const mark = `${head.branch} ${head.revision}`;
    if (ports.store.meta(name) !== mark) ports.store.setMeta(name, mark);
  }
  return problems;
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
  const [branch, revision] = ports.store.meta("head.seen")?.split(" ") ?? [];
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
