// The past as commits tell it: those of one run put together again by their trailers.
import { formatReference } from "../model/reference.ts";
import type { RecordedChange, RecordedVersion } from "../model/recorded_change.ts";
import { parseTime, type Time } from "../model/time.ts";
import type { Commit } from "../ports/git.ts";
import type { PastChange, PastOrder, PastRun, PlanCommit } from "./past_run.ts";
import { plainLine } from "./plain_line.ts";
import { type CommitTrailers, parseTrailers } from "./trailers.ts";

/** Takes commits one after the other, newest first, and keeps what is asked for. */
export class CommittedRuns {
  readonly #order: PastOrder;
  readonly #runs = new Map<string, PastRun>();
  readonly images: Set<string> = new Set();
  /** How many changes could not be read. */
  dropped = 0;
  /** Whether a run was left out because of the limit. */
  isFull = false;

  constructor(order: PastOrder) {
    this.#order = order;
  }

  /** Adds a commit when it is magos's own by its message and was asked for. */
  add(commit: Commit): void {
    const trailers = parseTrailers(commit.message);
    if (trailers === null) return;
    this.dropped += trailers.dropped;
    for (const { image } of trailers.changes) this.images.add(image);
    const run = runOf(commit, trailers);
    const { since, filter, limit } = this.#order;
    const changes = filter === null ? run.changes : run.changes.filter(filter);
    if ((filter !== null && changes.length === 0) || (since !== null && commit.time < since)) return;
    const known = this.#runs.get(run.id);
    if (known === undefined && this.#runs.size === limit) this.isFull = true;
    else this.#runs.set(run.id, known === undefined ? { ...run, changes } : joined(known, { ...run, changes }));
  }

  /** The runs so far, in the order in which their newest commits came. */
  runs(): readonly PastRun[] {
    return [...this.#runs.values()];
  }
}

function runOf(commit: Commit, trailers: CommitTrailers): PastRun {
  const [id = "", ...host] = (trailers.run ?? trailers.plan).split("@");
  return {
    id,
    // Only the apply pass and its verbs take commits back.
    kind: trailers.revert === null ? "update" : "apply",
    trigger: "unknown",
    host: host.join("@") || "unknown",
    started: startOf(id) ?? commit.time,
    ended: null,
    result: "done",
    commit: commit.revision,
    changes: trailers.changes.map(pastChange),
    problems: [],
    commits: [planCommit(commit, trailers)],
    deliveries: [],
  };
}

/** What a commit says of itself, in one line each. */
export function planCommit(commit: Commit, trailers: CommitTrailers): PlanCommit {
  return {
    revision: commit.revision,
    author: plainLine(commit.author, 300),
    time: commit.time,
    subject: plainLine(commit.message.slice(0, 2000).trimStart().split("\n")[0] ?? "", 200),
    plan: trailers.plan,
    revert: trailers.revert,
    reason: trailers.reason,
    verified: null,
  };
}

/** The beginning that a run's id tells: `20260120T120000Z-abc123`. */
function startOf(id: string): Time | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[a-f0-9]+$/.exec(id);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return parseTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function pastChange(change: RecordedChange): PastChange {
  const text = (version: RecordedVersion): string => formatReference({ name: change.image, ...version });
  return { ...change, line: null, column: null, setter: change.policy, old: text(change.from), new: text(change.to) };
}

/** A commit that a person picked over to another branch says the same as the first one, which is not news. */
function joined(newer: PastRun, older: PastRun): PastRun {
  const known = new Set(newer.changes.map((change) => JSON.stringify(change)));
  const more = older.changes.filter((change) => !known.has(JSON.stringify(change)));
  return { ...newer, changes: [...more, ...newer.changes], commits: [...newer.commits, ...older.commits] };
}
