// Asks the past of this machine's copy which commits set some values. No remote is asked.
import type { Target } from "../core/model/decision.ts";
import { type Result, success } from "../core/model/problem.ts";
import { type Landing, landingOf } from "../core/plan/landing.ts";
import { OriginSearch, type ValueOrigin, type ValuePast } from "../core/plan/value_origin.ts";
import type { History } from "../core/ports/history.ts";

const pageSize = 200;
const commitsSearched = 5000;
const lineSearched = 10_000;

/** What git tells of each value, in their order. Fails only when git does. */
export async function findOrigins(
  history: History,
  head: string,
  targets: readonly Target[],
): Promise<Result<readonly ValuePast[]>> {
  const search = new OriginSearch(targets);
  let skip: number | null = 0;
  while (skip !== null && skip < commitsSearched && !search.isDone) {
    const page = await history.planCommits(head, { skip, limit: pageSize });
    if (!page.ok) return page;
    for (const commit of page.value.commits) search.add(commit);
    skip = page.value.next;
  }
  const found: ValuePast[] = [];
  // One commit may have set many values.
  const landings = new Map<string, Landing | null>();
  for (const target of targets) {
    const { setBy, movedSince } = search.pastOf(target);
    const landed = setBy === null ? success(null) : await withLanding(history, head, setBy, landings);
    if (!landed.ok) return landed;
    found.push({ setBy: landed.value, movedSince });
  }
  return success(found);
}

async function withLanding(
  history: History,
  head: string,
  origin: ValueOrigin,
  landings: Map<string, Landing | null>,
): Promise<Result<ValueOrigin>> {
  const { revision } = origin.commit;
  const known = landings.get(revision);
  if (known !== undefined) return success({ ...origin, landing: known });
  const line = await history.descendants(revision, head, lineSearched);
  if (!line.ok) return line;
  const landing = landingOf(revision, head, line.value);
  landings.set(revision, landing);
  return success({ ...origin, landing });
}
