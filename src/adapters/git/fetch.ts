// Brings the history of a branch into the mirror, and only when it is not there.
import { sha256Of } from "../../core/model/digest.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Head } from "../../core/ports/git.ts";
import { classifyFailure, cleanWords } from "./classify.ts";
import { runGit } from "./command.ts";
import type { GitContext } from "./context.ts";
import { discardMirror, ensureMirror, isDamage, partialClone } from "./mirror.ts";
import { requireBranch, requireRevisions } from "./names.ts";

/** Milliseconds for one transfer; the first one of a large repository over a slow line. */
const transferTimeout = 1_200_000;

/** For transfers that need no object beyond those they move; known to git since 2.44, ignored before. */
export const noLazyFetch = { GIT_NO_LAZY_FETCH: "1" } as const;

/**
 * The mirror's own name for a branch. Flat, since the remote may replace branch `a` by `a/b`, which cannot exist side
 * by side. It is set only when all history behind it has arrived.
 */
export function mirrorRef(branch: string): string {
  return `refs/magos/${sha256Of(branch).slice("sha256:".length)}`;
}

/** Fetches the head unless the mirror has it with its history. The caller holds `mirror.lock`. */
export async function fetchHead(context: GitContext, head: Head): Promise<Result<void>> {
  const valid = requireValid(head);
  if (!valid.ok) return valid;
  const fetched = await fetchOrMend(context, head);
  if (fetched.ok) context.whole.add(head.revision);
  return fetched;
}

async function fetchOrMend(context: GitContext, head: Head): Promise<Result<void>> {
  const first = await tryFetch(context, head);
  if (first.ok || !isDamage(first.failure)) return first;
  const discarded = await discardMirror(context, first.failure.message);
  return discarded.ok ? await tryFetch(context, head) : discarded;
}

function requireValid(head: Head): Result<void> {
  const branch = requireBranch(head.branch);
  return branch.ok ? requireRevisions(head.revision) : branch;
}

async function tryFetch(context: GitContext, head: Head): Promise<Result<void>> {
  const ready = await ensureMirror(context, head.revision);
  if (!ready.ok) return ready;
  const there = await hasHistory(context, head.revision);
  if (!there.ok || there.value) return there.ok ? success(undefined) : there;
  const sound = await requireSoundHistory(context);
  if (!sound.ok) return sound;
  const refspec = `+refs/heads/${head.branch}:${mirrorRef(head.branch)}`;
  const ran = await runGit(context, {
    args: ["fetch", "-q", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", "origin", refspec],
    cwd: context.mirror,
    speaks: true,
    config: partialClone,
    timeout: transferTimeout,
    env: noLazyFetch,
  });
  if (!ran.ok) return ran;
  if (ran.value.code !== 0 || ran.value.ended !== null) {
    return {
      ok: false,
      failure: classifyFailure(ran.value, "read", `cannot fetch "${head.branch}" of ${context.remote.url}`),
    };
  }
  const now = await hasHistory(context, head.revision);
  if (!now.ok || now.value) return now.ok ? success(undefined) : now;
  return failure("git.rewritten", `"${head.branch}" was rewritten while it was fetched`, {
    retry: "later",
    cure: "the next pass reads the branch anew",
  });
}

/** Fails when a commit that the mirror should have cannot be read: no fetch can build on it. */
async function requireSoundHistory(context: GitContext): Promise<Result<void>> {
  const ran = await runGit(context, { args: ["rev-list", "--quiet", "--glob=refs/magos/*"], cwd: context.mirror });
  if (!ran.ok || ran.value.code === 0) return ran.ok ? success(undefined) : ran;
  return failure("git.failed", `the git mirror is damaged: ${cleanWords(ran.value.stderr)}`, {
    cure: "nothing to do: it is cloned anew",
  });
}

/** Whether one of the mirror's branches holds the commit. */
async function hasHistory(context: GitContext, revision: string): Promise<Result<boolean>> {
  const ran = await runGit(context, {
    args: ["for-each-ref", "--count=1", `--contains=${revision}`, "--format=%(refname)", "refs/magos/"],
    cwd: context.mirror,
  });
  return ran.ok ? success(ran.value.code === 0 && ran.value.stdout.length > 0) : ran;
}
