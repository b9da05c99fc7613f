// Whose changes go where: the general `update`, and each automation of Flux as a pass of its own (rulings 17).
import type { Automation } from "../model/automation.ts";
import type { Decision } from "../model/decision.ts";
import type { CommitPer } from "./plan_parts.ts";

/** What the configuration says of deliveries. */
export interface DeliveryRules {
  readonly delivery: "push" | "branch";
  /** Template of the branch's name. */
  readonly branch: string;
  /** Of the calendar in templates, an IANA name. */
  readonly timeZone: string;
  readonly commitPer: CommitPer;
  /** Template of the messages; null: the built-in ones. */
  readonly message: string | null;
}

/** Who makes commits. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** What one automation, or `update`, does with the decisions that are its own. */
export interface Lane {
  /** Null: `update`. */
  readonly automation: Automation | null;
  readonly author: Author;
  readonly rules: DeliveryRules;
  readonly decisions: ReadonlySet<Decision>;
}

/** Decisions, and the automation that they are carried out by; null: `update`. */
export interface LaneDecisions {
  readonly automation: Automation | null;
  readonly decisions: ReadonlySet<Decision>;
}

/** The lanes with their rules; an automation has its own in everything but the time zone (rulings 16). */
export function lanesOf(
  shares: readonly LaneDecisions[],
  update: { readonly author: Author; readonly rules: DeliveryRules },
): readonly Lane[] {
  return shares.map((share) =>
    share.automation === null
      ? { ...share, ...update }
      : { ...share, author: share.automation.author, rules: rulesOf(share.automation, update.rules.timeZone) }
  );
}

/** Flux makes one commit of each run. Without a name of its own it goes to the branch that it began at. */
function rulesOf({ push, message }: Automation, timeZone: string): DeliveryRules {
  return {
    delivery: push.branch === null ? "push" : "branch",
    branch: push.branch?.text ?? "",
    timeZone,
    commitPer: "pass",
    message: message?.text ?? null,
  };
}

/** How a lane is called in reports and in the parts of a delivery. */
export function laneKey({ automation }: Pick<Lane, "automation">): string | null {
  return automation?.key ?? null;
}
