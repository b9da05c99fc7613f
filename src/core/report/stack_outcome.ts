// What a pass did with one stack, step by step.
import type { Health } from "../model/health.ts";
import type { Problem } from "../model/problem.ts";
import type { ImageReference } from "../model/reference.ts";
import type { StackHash } from "../model/stack.ts";
import type { Time } from "../model/time.ts";
import type { PlannedStep } from "../plan/stack_plan.ts";
import type { DeliveryReport } from "./plan_report.ts";

/** One step with its end. */
export interface DoneStep extends PlannedStep {
  readonly state: "planned" | "done" | "failed" | "skipped";
  readonly seconds: number | null;
  readonly message: string | null;
}

/** The end of one stack in a pass (contracts.md 1.3, `apply`). */
export interface StackOutcome {
  readonly name: string;
  readonly action: "none" | "deploy" | "repair" | "remove";
  readonly state:
    | "planned"
    | "current"
    | "deployed"
    | "repaired"
    | "removed"
    | "waiting"
    | "held"
    | "rolled-back"
    | "failed";
  /** Why, in one line. */
  readonly reason: string;
  /** The wanted hash; empty for a stack that left git. */
  readonly hash: StackHash;
  readonly previousHash: StackHash | null;
  /** What its services should run. */
  readonly images: readonly { readonly service: string; readonly ref: ImageReference }[];
  readonly steps: readonly DoneStep[];
  readonly waitsFor: string | null;
  readonly until: Time | null;
  /** How it did when it was watched: of one that was rolled back, what was taken back. */
  readonly health: Health | null;
  /** How what runs now did, where that was watched. */
  readonly running: Health | null;
  readonly revert: DeliveryReport | null;
  readonly problems: readonly Problem[];
}
