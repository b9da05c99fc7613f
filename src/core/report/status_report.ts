// What is known without asking anybody, as JSON (contracts.md 1.3). It is read from the store alone.
import type { Hold } from "../model/hold.ts";
import type { Problem } from "../model/problem.ts";
import { formatTime, formatTimeOrNull, type Time } from "../model/time.ts";
import { endKilled } from "../plan/killed_run.ts";
import type { Run, Store, StoredDelivery } from "../ports/store.ts";
import { automationsReport, nextPassTime } from "./pass_times.ts";
import { holdReport } from "./hold_report.ts";
import { problemReport } from "./reference_report.ts";
import { registriesReport } from "./registries_report.ts";
import { deliveryReport } from "./plan_report.ts";
import { stacksReport } from "./status_stacks.ts";
import { imagesOf } from "./status_images.ts";

/** What status cannot read from the store. */
export interface StatusFacts {
  readonly at: Time;
  readonly version: string;
  readonly host: string;
  readonly url: string;
  /** Those of the last pass that have not ended since. */
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
  /** The run whose process is gone although its row says `running`; null: none. */
  readonly killed: string | null;
}

/** `magos.status/v1`. */
export function statusReport(store: Store, facts: StatusFacts): Record<string, unknown> {
  const [seenBranch, seen = null] = store.meta("head.seen")?.split(" ") ?? [];
  const verified = store.meta("head.verified")?.split(" ")[1] ?? null;
  const runs = endKilled(store.runs(200, "update"), facts.killed);
  const applies = endKilled(store.runs(200, "apply"), facts.killed);
  const checked = runs.find(reachedItsEnd) ?? null;
  return {
    schema: "magos.status/v1",
    at: formatTime(facts.at),
    version: facts.version,
    host: facts.host,
    repo: {
      url: facts.url,
      // Before the first fetch nobody has said what the remote's own branch is called.
      branch: seenBranch ?? "HEAD",
      head: seen,
      verified,
      fetchedAt: formatTimeOrNull(checked?.started ?? null),
    },
    passes: {
      update: {
        ...passReport(runs, nextPassTime(store, "update", facts.at)),
        automations: automationsReport(store, facts.at),
      },
      apply: applies.length === 0 ? null : passReport(applies, nextPassTime(store, "apply", facts.at)),
    },
    images: imagesOf(store, facts.at),
    stacks: stacksReport(store.stacks()),
    deliveries: store.deliveries().slice(0, 10).map(storedDeliveryReport),
    holds: facts.holds.map(holdReport),
    registries: registriesReport(store, facts.at),
    problems: [...runs[0]?.problems ?? [], ...applies[0]?.problems ?? [], ...facts.problems].map(problemReport),
  };
}

function passReport(runs: readonly Run[], next: Time | null): Record<string, unknown> {
  const [last] = runs;
  const good = runs.find((run) => run.result === "done" || run.result === "nothing");
  return {
    running: last?.result === "running",
    lastRun: formatTimeOrNull(last?.started ?? null),
    lastSuccess: formatTimeOrNull(good?.ended ?? null),
    lastResult: last?.result ?? null,
    nextRun: formatTimeOrNull(next),
  };
}

/** Whether a run asked all there was to ask; one that failed or was killed may have asked nobody. */
function reachedItsEnd(run: Run): boolean {
  return run.result === "done" || run.result === "nothing" || run.result === "partly";
}

function storedDeliveryReport(stored: StoredDelivery): Record<string, unknown> {
  return deliveryReport({
    group: stored.group,
    delivery: stored.delivery,
    base: stored.baseBranch,
    branch: stored.branch,
    subject: stored.subject,
    changes: stored.changes,
    commits: stored.commits,
    state: stored.state === "prepared" ? "planned" : stored.state === "superseded" ? "stale" : stored.state,
    commit: stored.commit,
    url: null,
    number: null,
    attempts: 1,
    problems: [],
  });
}
