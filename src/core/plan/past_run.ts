// A pass of the past, as the state or git remembers it: what `magos history` shows.
import type { RecordedChange } from "../model/recorded_change.ts";
import type { Time } from "../model/time.ts";
import type { Run, StoredDelivery } from "../ports/store.ts";

/** One value that moved. Where and as what it was written only the state knows; from git `old` and `new` are images. */
export interface PastChange extends RecordedChange {
  readonly line: number | null;
  readonly column: number | null;
  readonly setter: string;
  readonly old: string;
  readonly new: string;
}

/** A commit that says it is magos's own. */
export interface PlanCommit {
  readonly revision: string;
  /** `name <address>`, as the commit has it; another one than magos's where a person took the commit over. */
  readonly author: string;
  readonly time: Time;
  readonly subject: string;
  readonly plan: string;
  /** The commit that it takes back, and why. */
  readonly revert: string | null;
  readonly reason: string | null;
  /** Whether its signature is one of the host's signers; null when nobody has checked. */
  readonly verified: boolean | null;
}

/** One pass. */
export interface PastRun extends Omit<Run, "changes"> {
  readonly changes: readonly PastChange[];
  /** Known from git alone. */
  readonly commits: readonly PlanCommit[];
  /** Known from the state alone. */
  readonly deliveries: readonly StoredDelivery[];
}

/** Which changes are asked for; null: all. */
export type ChangeFilter = ((change: Pick<PastChange, "image" | "file" | "setter">) => boolean) | null;

/** What is asked of the past. */
export interface PastOrder {
  /** At most so many runs. */
  readonly limit: number;
  /** Only runs that began then or later; null: however old. */
  readonly since: Time | null;
  readonly filter: ChangeFilter;
  /** A stack whose troubles are asked for beside its changes; only the state knows them. */
  readonly stack?: string | null;
}

/** What was found, newest first. */
export interface Past {
  readonly runs: readonly PastRun[];
  /** False when there are more, which the limit left out. */
  readonly complete: boolean;
  /** All images that the runs looked at have changed, whether or not they were asked for. */
  readonly images: ReadonlySet<string>;
}
