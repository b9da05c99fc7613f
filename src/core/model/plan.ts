// What one pass would change, computed from one revision (design.md 2).
import type { Decision } from "./decision.ts";
import type { Problem } from "./problem.ts";

/** One value that moves; `old` and `new` are the marked text without quotes. */
export interface Change {
  readonly line: number;
  readonly column: number;
  readonly setter: string;
  readonly old: string;
  readonly new: string;
  readonly decision: Decision;
}

/** One file of the plan. With an error among its problems the file is not touched and `text` is null. */
export interface FilePatch {
  readonly file: string;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
  /** Unified diff; empty when nothing changes. */
  readonly diff: string;
  /** The whole new text. */
  readonly text: string | null;
}

/** All changes of one pass. The same base and changes give the same id, whatever the clock or host. */
export interface UpdatePlan {
  readonly id: string;
  /** The commit it was computed from. */
  readonly revision: string;
  readonly branch: string;
  /** Files with changes or problems, sorted by name. */
  readonly files: readonly FilePatch[];
  readonly decisions: readonly Decision[];
}

/** One commit of a delivery: the changes it tells of, and the files as they are once it is made. */
export interface PlanPart {
  /** Key of the automation that makes it; null: the general update. */
  readonly by: string | null;
  /** Under the id of the whole: only together the commits of a delivery are what was planned. */
  readonly plan: UpdatePlan;
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

/** What of a plan goes to one branch. */
export interface PlannedDelivery {
  /** The group whose changes these are; null: several, or none. */
  readonly group: string | null;
  readonly delivery: "push" | "branch";
  /** The branch that is pushed to. */
  readonly branch: string;
  readonly plan: UpdatePlan;
  /** The commits, in their order; at least one. */
  readonly parts: readonly PlanPart[];
}
