// What the daemon asks for and what it hears back: a pass as the timetable sees it.
import type { Schedule } from "../core/model/schedule.ts";
import type { Time } from "../core/model/time.ts";

/** The two passes; they meet only in git. */
export type PassKind = "update" | "apply";

/** Why a pass runs now. `interval`: that of an automation of the repository, beside the schedule. */
export type PassTrigger = "schedule" | "interval" | "reload" | "webhook" | "request";

/** Which lanes of an update pass have their turn: all; those whose time has come; of these the automations alone. */
export type PassLanes = "all" | "due" | "automations";

/** One pass to run. */
export interface PassOrder {
  readonly kind: PassKind;
  readonly trigger: PassTrigger;
  /** Repositories to ask about, whether or not they are due; null: whatever is due. */
  readonly named: ReadonlySet<string> | null;
  readonly lanes: PassLanes;
}

/** How it ended. */
export interface PassOutcome {
  readonly result: "done" | "nothing" | "partly" | "failed";
  /** When asking again makes sense, where somebody said so. */
  readonly retryAt: Time | null;
  /** What went wrong first; null: nothing did. */
  readonly message: string | null;
  /** The schedule that the repository's own configuration leads to; null: it could not be read. */
  readonly schedule: Schedule | null;
}

/** Runs a pass to its end. `onProgress` is called as it goes on; a pass that is silent for long is taken for stuck. */
export type RunPass = (order: PassOrder, onProgress: () => void) => Promise<PassOutcome>;
