// Step 4 of the update pass: who went back by hand, read from git alone (rulings 18).
import type { Target } from "../core/model/decision.ts";
import { sha256Of } from "../core/model/digest.ts";
import type { Hold, Holds } from "../core/model/hold.ts";
import { type Result, success } from "../core/model/problem.ts";
import { canonicalJson } from "../core/plan/canonical_json.ts";
import { findBackOuts } from "../core/plan/find_back_outs.ts";
import { movedValues } from "../core/plan/moved_values.ts";
import type { Commit } from "../core/ports/git.ts";
import type { CommitPage, History } from "../core/ports/history.ts";
import type { Log } from "../core/ports/log.ts";
import type { Store } from "../core/ports/store.ts";

/** The last commits of magos's own that are searched, and how many at a time. */
const searched = 5000;
const page = 500;

const keptAs = "holds";

/** What is needed to read the history. */
export interface HistoryPorts {
  readonly history: Pick<History, "planCommits">;
  readonly store: Pick<Store, "meta">;
  readonly log: Log;
}

/** The answer, and what it is the answer to: while that stays, git is not asked again. */
export interface HumanHolds {
  readonly human: Holds["human"];
  readonly question: string;
}

/** The holds that people set by going back. Fails when the history cannot be read: unknown never passes. */
export async function humanHolds(
  revision: string,
  targets: readonly Target[],
  ports: HistoryPorts,
): Promise<Result<HumanHolds>> {
  const question = sha256Of(canonicalJson([revision, targets.map(({ notes: _notes, ...rest }) => rest)]));
  const kept = readKept(ports.store);
  if (kept?.question === question) return success({ human: ofTargets(kept.human, targets), question });
  const commits = await ownHistory(revision, ports);
  if (!commits.ok) return commits;
  return success({ human: findBackOuts(targets, movedValues(commits.value)), question });
}

/** What a pass keeps of its holds, for the next one and for `status`. */
export function holdsRecord(targets: readonly Target[], holds: Holds, question: string): string {
  const human = targets.flatMap((target, at) => (holds.human.get(target) ?? []).map((hold) => [at, hold] as const));
  return JSON.stringify({ question, listed: holds.listed, human } satisfies Kept);
}

/** Keeps it. Nothing is written when nothing is new. */
export function keepHolds(store: Pick<Store, "meta" | "setMeta">, record: string): void {
  if (store.meta(keptAs) !== record) store.setMeta(keptAs, record);
}

/** The holds of the last pass. */
export function keptHolds(store: Pick<Store, "meta">): readonly Hold[] {
  const kept = readKept(store);
  return kept === null ? [] : [...kept.listed, ...kept.human.map(([, hold]) => hold)];
}

interface Kept {
  readonly question: string;
  readonly listed: readonly Hold[];
  readonly human: readonly (readonly [target: number, hold: Hold])[];
}

function readKept(store: Pick<Store, "meta">): Kept | null {
  const text = store.meta(keptAs);
  return text === null ? null : JSON.parse(text) as Kept;
}

function ofTargets(human: Kept["human"], targets: readonly Target[]): Holds["human"] {
  return new Map(human.flatMap(([at, hold]) => {
    const target = targets[at];
    return target === undefined ? [] : [[target, [hold]] as const];
  }));
}

async function ownHistory(revision: string, { history, log }: HistoryPorts): Promise<Result<readonly Commit[]>> {
  const commits: Commit[] = [];
  for (let skip: number | null = 0; skip !== null;) {
    if (skip >= searched) {
      // What people did with older commits of magos's is not seen any more.
      log.event("info", "holds.history_bound", { commits: searched });
      break;
    }
    const read: Result<CommitPage> = await history.planCommits(revision, { skip, limit: page });
    if (!read.ok) return read;
    commits.push(...read.value.commits);
    skip = read.value.next;
  }
  return success(commits);
}
