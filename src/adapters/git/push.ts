// Pushes one commit to one branch, only while the branch stands where it was read; backwards only when ordered so.
import { type Failure, failure, type Result, success } from "../../core/model/problem.ts";
import type { PushOrder, PushOutcome, RefOrder } from "../../core/ports/git.ts";
import { classifyFailure, classifyWords } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { mirrorRef, noLazyFetch } from "./fetch.ts";
import { isAncestor } from "./history.ts";
import { partialClone } from "./mirror.ts";
import { requireBranch, requireRevisions } from "./names.ts";
import { readPushReport } from "./push_report.ts";

/** Milliseconds; the pack is small, but hooks of the remote may be slow. */
const pushTimeout = 300_000;

/**
 * Pushes by the lease; without one the branch must not exist yet. A branch that is replaced is still replaced only at
 * the very commit of the lease, and any other push only moves forward. After `git.unreachable` the outcome is
 * unknown: the caller reads the branch back. The caller holds `mirror.lock`.
 */
export async function pushCommit(context: GitContext, order: PushOrder): Promise<Result<PushOutcome>> {
  const { commit, branch, lease } = order;
  const valid = checkOrder(order);
  if (!valid.ok) return valid;
  const free = lease === null || order.replaces === true;
  const forward = free ? success(true) : await isAncestor(context, lease, commit);
  if (!forward.ok) return forward;
  if (!forward.value) return success({ state: "refused", failure: notForward(order) });
  const what = `cannot push to "${branch}" of ${context.remote.url}`;
  const lock = `--force-with-lease=refs/heads/${branch}:${lease ?? ""}`;
  const ref = `refs/heads/${branch}`;
  const moved = await sendPush(context, { what, flags: [lock, ...optionFlags(order)], commit, ref });
  return moved.ok && moved.value.state === "pushed" ? await remember(context, order) : moved;
}

/** Pushes a commit to a ref that is made anew or moves forward. The caller holds `mirror.lock`. */
export async function pushRef(context: GitContext, order: RefOrder): Promise<Result<PushOutcome>> {
  const { commit, ref } = order;
  const valid = requireRevisions(commit);
  if (!valid.ok) return valid;
  const named = ref.startsWith("refs/") ? requireBranch(ref) : requireBranch("");
  if (!named.ok) return named;
  const what = `cannot push to "${ref}" of ${context.remote.url}`;
  const sent = await sendPush(context, { what, flags: optionFlags(order), commit, ref });
  if (!sent.ok || sent.value.state !== "lost-race") return sent;
  return success({ state: "refused", failure: behind(what) });
}

function optionFlags({ options = [] }: Pick<PushOrder, "options">): readonly string[] {
  return options.map((option) => `--push-option=${option}`);
}

interface Sent {
  readonly what: string;
  readonly flags: readonly string[];
  readonly commit: string;
  readonly ref: string;
}

async function sendPush(context: GitContext, { what, flags, commit, ref }: Sent): Promise<Result<PushOutcome>> {
  const ran = await runGit(context, {
    // A thin pack builds on objects that the partial clone may lack and would fetch first.
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-follow-tags",
      "--no-thin",
      ...flags,
      "origin",
      `${commit}:${ref}`,
    ],
    cwd: context.mirror,
    speaks: true,
    config: partialClone,
    timeout: pushTimeout,
    env: noLazyFetch,
  });
  if (!ran.ok) return ran;
  const { code, stdout, stderr, ended } = ran.value;
  if (code !== 0 && lacksContents.test(stderr)) return success({ state: "lost-race" });
  const report = readPushReport(new TextDecoder().decode(stdout), stderr, ref);
  switch (report.kind) {
    case "moved":
      if (ended !== null) break;
      return success({ state: "pushed" });
    case "raced":
      return success({ state: "lost-race" });
    case "refused":
      return success({ state: "refused", failure: classifyWords(`${stderr}\n${report.reason}`, "push", what) });
    case "none":
      break;
  }
  return success({ state: "refused", failure: classifyFailure(ran.value, "push", what) });
}

// The followed branch has moved to a commit that is not here, so git does not know that the remote has the commit that
// this one was made on, and would send all history behind it; the partial clone lacks the files' contents of that.
const lacksContents = /^(?!remote:).*could not fetch \S+ from promisor remote/m;

function behind(what: string): Failure {
  return failure("git.failed", `${what}: it holds commits that the new one does not`, {
    cure: "delete it or let somebody bring it forward; magos overwrites no branch but its own",
  }).failure;
}

function checkOrder({ commit, branch, lease }: PushOrder): Result<void> {
  const name = requireBranch(branch);
  if (!name.ok) return name;
  return requireRevisions(commit, ...(lease === null ? [] : [lease]));
}

function notForward({ commit, branch, lease }: PushOrder): Failure {
  return failure("git.failed", `${commit} does not follow ${lease}: pushing it would rewrite "${branch}"`, {
    cure: "magos rewrites no branch but its own; run the pass again",
  }).failure;
}

/** Notes that the mirror has what the branch now points to, so that the next fetch moves nothing. */
async function remember(context: GitContext, { commit, branch }: PushOrder): Promise<Result<PushOutcome>> {
  const noted = await runGit(context, { args: ["update-ref", mirrorRef(branch), commit], cwd: context.mirror });
  if (!noted.ok || noted.value.code !== 0) context.log.event("warning", "git.ref_not_noted", { branch, commit });
  return success({ state: "pushed" });
}
