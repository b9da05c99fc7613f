// Who may push what, for a host that builds on verified commits alone.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { Checkout, Git, Head } from "../core/ports/git.ts";
import type { Store } from "../core/ports/store.ts";

/** What `repo.verifyCommits` asks. */
export interface VerifyRules {
  /** Signers that may only move marked values and add holds. */
  readonly bots: ReadonlySet<string>;
  /** What is marked in a checkout, by the configuration that it holds. */
  readonly survey: (checkout: Checkout) => Promise<Result<readonly FoundTarget[]>>;
}

/** The last good head, or null when nothing was ever verified. */
export function verifiedRevision(store: Pick<Store, "meta">): string | null {
  return store.meta("head.verified")?.split(" ")[1] ?? null;
}

/** The host's owner says that he knows the branch up to this revision: the mark moves there, once (contracts 3.3). */
export async function acceptRevision(
  { git, store }: { readonly git: Git; readonly store: Pick<Store, "setMeta"> },
  head: Head,
  revision: string,
): Promise<Result<void>> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) {
    return failure("usage.invalid", `--accept: "${revision.slice(0, 80)}" is not a whole commit id`, {
      cure: "give all 40 (or 64) digits",
    });
  }
  const known = await git.hasCommit(revision);
  if (!known.ok) return known;
  const within = known.value ? await git.isAncestor(revision, head.revision) : success(false);
  if (!within.ok) return within;
  if (!within.value) {
    return failure("usage.invalid", `--accept: ${revision} is not on the branch ${head.branch}`, {
      cure: `the branch stands at ${head.revision}`,
    });
  }
  store.setMeta("head.verified", `${head.branch} ${revision}`);
  return success(undefined);
}
