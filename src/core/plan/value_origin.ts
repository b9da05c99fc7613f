// Which commit set a value: the last change of it by magos that says what the file says now.
import type { Target } from "../model/decision.ts";
import type { RecordedChange, RecordedVersion } from "../model/recorded_change.ts";
import type { Commit } from "../ports/git.ts";
import { planCommit } from "./committed_runs.ts";
import type { Landing } from "./landing.ts";
import type { PlanCommit } from "./past_run.ts";
import { parseTrailers } from "./trailers.ts";

/** The commit, and what it told. */
export interface ValueOrigin {
  readonly commit: PlanCommit;
  /** `<run>@<host>`. */
  readonly run: string | null;
  readonly change: RecordedChange;
  /** Null when it stands on the branch's own line. */
  readonly landing: Landing | null;
}

/** What git tells of a value. */
export interface ValuePast {
  /** Null when magos did not set what the file holds, as far as the history that was read tells. */
  readonly setBy: ValueOrigin | null;
  /** The newest later change of the same image in this file away from what the value holds: it was put back, or held. */
  readonly movedSince: ValueOrigin | null;
}

/** Looks for the origins of several values at once, in commits that come newest first. */
export class OriginSearch {
  readonly #targets: readonly Target[];
  readonly #movedSince = new Map<Target, ValueOrigin>();
  readonly #setBy = new Map<Target, ValueOrigin>();

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** Whether the commit that set it is known of every value. */
  get isDone(): boolean {
    return this.#targets.every((target) => this.#setBy.has(target));
  }

  /** Takes the next older commit. */
  add(commit: Commit): void {
    const trailers = parseTrailers(commit.message);
    if (trailers === null) return;
    for (const target of this.#targets) {
      if (this.#setBy.has(target)) continue;
      for (const change of trailers.changes.filter((it) => isOf(it, target))) {
        const origin = { commit: planCommit(commit, trailers), run: trailers.run, change, landing: null };
        if (holds(target, change.to)) this.#setBy.set(target, origin);
        else if (holds(target, change.from) && !this.#movedSince.has(target)) this.#movedSince.set(target, origin);
      }
    }
  }

  /** What was found of a value. */
  pastOf(target: Target): ValuePast {
    const setBy = this.#setBy.get(target) ?? null;
    const moved = this.#movedSince.get(target) ?? null;
    // Of one commit it is another value of the file that has moved.
    const isOther = moved !== null && moved.commit.revision !== setBy?.commit.revision;
    return { setBy, movedSince: isOther ? moved : null };
  }
}

function isOf(change: RecordedChange, target: Target): boolean {
  return change.file === target.value.file && change.image === target.current.name;
}

/** Whether the file holds that version. What it does not write, such as the digest beside a tag, is not compared. */
function holds({ current }: Target, { tag, digest }: RecordedVersion): boolean {
  if (current.tag === null && current.digest === null) return false;
  return (current.tag === null || current.tag === tag) && (current.digest === null || current.digest === digest);
}
