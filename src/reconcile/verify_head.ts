// Step 3 of both passes: every commit of the line since the last good head is signed by somebody who may do what it does.
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Git, Head, SignedCommit } from "../core/ports/git.ts";
import { type BotPorts, refuseBotCommit } from "./bot_commit.ts";
import type { VerifyRules } from "./verify_rules.ts";

/** Commits judged in one pass; more than a year of a busy homelab. */
const mostCommits = 1000;

/**
 * Verifies the commits on the first-parent line behind `verified`, the last good head (contracts 3.3); with null the
 * head alone, with a warning (contracts 3.1). Fails with `git.rewritten` when the head does not descend from it,
 * whatever branch that was on, and with `git.unverified` at the first commit that must not be built on.
 */
export async function verifyHead(
  ports: BotPorts,
  head: Head,
  verified: string | null,
  rules: VerifyRules,
): Promise<Result<readonly Problem[]>> {
  if (verified === head.revision) return success([]);
  const descends = verified === null ? success(true) : await ports.git.isAncestor(verified, head.revision);
  if (!descends.ok) return descends;
  if (!descends.value) return refuseRewritten(head, verified ?? "");
  const range = { from: verified, to: head.revision, firstParent: true };
  const commits = await ports.git.signedCommits(range, mostCommits);
  if (!commits.ok) return commits;
  for (const commit of commits.value.toReversed()) {
    const refused = await refuseCommit(ports, head, commit, rules);
    if (!refused.ok) return refused;
    if (refused.value !== null) return await unverified(ports.git, commit.revision, refused.value);
  }
  return success(verified === null ? [verifiedAlone(head)] : []);
}

/** Why the commit must not be built on, or null. */
async function refuseCommit(
  ports: BotPorts,
  head: Head,
  commit: SignedCommit,
  rules: VerifyRules,
): Promise<Result<string | null>> {
  const unsigned = refuseSignature(commit);
  if (unsigned !== null || !isBots(commit, rules)) return success(unsigned);
  const [first, second] = commit.parents;
  if (first === undefined || second === undefined) return await refuseBotCommit(ports, head.branch, commit, rules);
  return await refuseBotMerge(ports, head, { ...commit, parents: [first, second, ...commit.parents.slice(2)] }, rules);
}

/**
 * A merge that anybody with the forge's token could have made: each commit that it brings in has to pass by itself, and
 * the merge may hold nothing else (contracts 3.3).
 */
async function refuseBotMerge(
  ports: BotPorts,
  head: Head,
  merge: SignedCommit,
  rules: VerifyRules,
): Promise<Result<string | null>> {
  const [first, second = ""] = merge.parents;
  const range = { from: first ?? null, to: second, firstParent: false };
  const brought = await ports.git.signedCommits(range, mostCommits);
  if (!brought.ok) return brought;
  for (const commit of brought.value.toReversed()) {
    const refused = await refuseBrought(ports, head, commit, rules);
    if (!refused.ok) return refused;
    if (refused.value !== null) return success(`brings in ${commit.revision.slice(0, 12)}, which ${refused.value}`);
  }
  return await refuseUnclean(ports, merge);
}

/** What a merge within the merge brings in is either among the outer one's commits or on the line already. */
async function refuseBrought(
  ports: BotPorts,
  head: Head,
  commit: SignedCommit,
  rules: VerifyRules,
): Promise<Result<string | null>> {
  const unsigned = refuseSignature(commit);
  if (unsigned !== null || !isBots(commit, rules)) return success(unsigned);
  if (commit.parents.length > 1) return await refuseUnclean(ports, commit);
  return await refuseBotCommit(ports, head.branch, commit, rules);
}

async function refuseUnclean({ git }: BotPorts, merge: SignedCommit): Promise<Result<string | null>> {
  const clean = await git.isCleanMerge(merge);
  if (!clean.ok) return clean;
  return success(clean.value ? null : `is a bot's merge that holds something else than what it merges`);
}

function refuseSignature({ signature: { state, key } }: SignedCommit): string | null {
  const which = key === null ? "" : ` (${key.slice(0, 100)})`;
  switch (state) {
    case "good":
      return null;
    case "none":
      return "is not signed";
    case "bad":
      return "has a signature that does not fit it";
    case "expired":
      return `is signed with a key${which} whose time is over, or that was revoked`;
    case "unknown-key":
      return `is signed with a key${which} that no allowed signer has`;
  }
}

function isBots({ signature }: SignedCommit, rules: VerifyRules): boolean {
  return signature.names.some((name) => rules.bots.has(name));
}

async function unverified(git: Git, revision: string, why: string): Promise<Result<never>> {
  const log = await git.log(null, revision, 1);
  const [commit] = log.ok ? log.value : [];
  const subject = commit?.message.split("\n", 1)[0] ?? "";
  const whose = commit === undefined ? "" : ` by ${plain(commit.author)} ("${plain(subject)}")`;
  return failure("git.unverified", `commit ${revision.slice(0, 12)}${whose} ${why}; nothing is built on it`, {
    cure: `look at it; take it back and let an allowed signer sign the change, or accept all up to it with ${
      acceptWith(revision)
    }`,
  });
}

/** Somebody else's words, for a line of a terminal or a log. */
function plain(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, " ").slice(0, 100);
}

function refuseRewritten(head: Head, verified: string): Result<never> {
  const last = verified.slice(0, 12);
  return failure("git.rewritten", `the branch ${head.branch} was rewritten: ${last}, verified last, is not in it`, {
    cure: `if it was meant, accept where it stands now with ${acceptWith(head.revision)}`,
  });
}

function verifiedAlone(head: Head): Problem {
  return {
    code: "git.verified_alone",
    severity: "warning",
    message: `nothing was verified on this host before: ${head.revision.slice(0, 12)} is, and not what lies before it`,
    cure: "nothing to do if you trust the branch as it stands; from here on every commit is verified",
  };
}

function acceptWith(revision: string): string {
  return `\`magos update --accept ${revision}\``;
}
