// The past as the state remembers it: the last 1,000 runs of each kind with their deliveries.
import type { Run, Store, StoredDelivery } from "../ports/store.ts";
import { endKilled } from "./killed_run.ts";
import type { Past, PastChange, PastOrder, PastRun } from "./past_run.ts";

const runsKept = 2 * 1000;

/**
 * The runs that are asked for; with a filter only those that changed something it lets through, and that alone. `killed`
 * is the run whose process is gone, if one is.
 */
export function storedRuns(
  store: Store,
  { limit, since, filter, stack = null }: PastOrder,
  killed: string | null = null,
): Past {
  const deliveries = store.deliveries();
  const images = new Set<string>();
  const found: PastRun[] = [];
  const runs = endKilled(store.runs(runsKept), killed);
  const news = stack === null ? new Set() : runsWithNewTrouble(runs, stack);
  for (const run of runs) {
    if (since !== null && run.started < since) continue;
    for (const { image } of run.changes) images.add(image);
    const told = run.changes.map(withPlace);
    const changes = filter === null ? told : told.filter(filter);
    if (filter !== null && changes.length === 0 && !news.has(run.id)) continue;
    if (found.length === limit) return { runs: found, complete: false, images };
    const problems = filter === null ? run.problems : run.problems.filter((it) => stack === null || it.stack === stack);
    found.push({ ...run, changes, problems, commits: [], deliveries: deliveries.filter((it) => isOf(it, run)) });
  }
  return { runs: found, complete: true, images };
}

/** Runs in which something was wrong with the stack that was not wrong, or otherwise, in the apply pass before. */
function runsWithNewTrouble(runs: readonly Run[], stack: string): ReadonlySet<string> {
  const found = new Set<string>();
  let before = "";
  for (const run of runs.filter(({ kind }) => kind === "apply").toReversed()) {
    const own = run.problems.filter((it) => it.stack === stack);
    const now = own.map(({ code, message }) => `${code} ${message}`).join("\n");
    if (now !== "" && now !== before) found.add(run.id);
    before = now;
  }
  return found;
}

/** What a host deployed stands at no line. */
function withPlace(change: Run["changes"][number]): PastChange {
  return change.line === 0 ? { ...change, line: null, column: null } : change;
}

/** Passes of a host exclude each other, so what was delivered while a run lasted is its own. */
function isOf(delivery: StoredDelivery, run: Run): boolean {
  // The commit of an apply pass is the one that it deployed, whoever delivered it.
  if (run.kind === "update" && delivery.commit === run.commit) return true;
  return run.ended !== null && delivery.createdAt >= run.started && delivery.createdAt <= run.ended;
}
