// Reads the past from git, page by page, and no further back than what is asked for.
import { type Result, success } from "../core/model/problem.ts";
import { CommittedRuns } from "../core/plan/committed_runs.ts";
import type { Past, PastOrder } from "../core/plan/past_run.ts";
import type { History } from "../core/ports/history.ts";

/** What git tells of the past. */
export interface CommittedPast extends Past {
  /** Changes, and whole commits, that could not be read. */
  readonly unread: number;
}

const pageSize = 200;
// A year of daily commits is 365; more than this is looked through only in parts.
const commitsSearched = 20_000;

/** The runs whose commits are behind `head`. Fails only when git does. */
export async function readPast(history: History, head: string, order: PastOrder): Promise<Result<CommittedPast>> {
  const runs = new CommittedRuns(order);
  let tooLarge = 0;
  let skip: number | null = 0;
  while (skip !== null && skip < commitsSearched && !runs.isFull) {
    const page = await history.planCommits(head, { skip, limit: pageSize });
    if (!page.ok) return page;
    for (const commit of page.value.commits) runs.add(commit);
    tooLarge += page.value.tooLarge;
    const oldest = page.value.commits.at(-1);
    const isPast = order.since !== null && oldest !== undefined && oldest.time < order.since;
    skip = isPast ? null : page.value.next;
  }
  return success({
    runs: runs.runs(),
    complete: !runs.isFull && skip === null,
    images: runs.images,
    unread: runs.dropped + tooLarge,
  });
}
