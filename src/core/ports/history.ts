// The past of a repository on this machine, as its commits tell it. Nothing is asked of a remote.
import type { Result } from "../model/problem.ts";
import type { Time } from "../model/time.ts";
import type { Commit } from "./git.ts";

/** Some of the commits that may be magos's own. */
export interface CommitPage {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** Where the next page begins; null when there is none. */
  readonly next: number | null;
  /** Commits that were passed over because their messages are larger than magos reads. */
  readonly tooLarge: number;
}

/** One commit of a line, and what it was built on. */
export interface LineCommit {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly time: Time;
  readonly subject: string;
}

/** Reads one repository. `to` is a whole commit id. */
export interface History {
  /**
   * Commits of `to`, merged branches with them, in whose message `Magos-Plan: ` stands somewhere, at most `limit` after
   * the first `skip`. Who wrote them, and whether the words are trailers, is for the reader to judge.
   */
  planCommits(to: string, page: { readonly skip: number; readonly limit: number }): Promise<Result<CommitPage>>;
  /** The commits of `to` that descend from `from`, which is not among them; newest first, at most `limit`. */
  descendants(from: string, to: string, limit: number): Promise<Result<readonly LineCommit[]>>;
}
