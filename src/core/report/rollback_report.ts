// The answer of `rollback` as JSON.
import type { Hold } from "../model/hold.ts";
import type { Problem } from "../model/problem.ts";
import { formatTime, type Time } from "../model/time.ts";
import { holdReport } from "./hold_report.ts";
import { problemReport } from "./reference_report.ts";

/** What the verb has done. */
export interface RollbackFacts {
  readonly at: Time;
  readonly stack: string;
  /** The revision whose images come back. */
  readonly to: string;
  /** What is held from now on. */
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
}

/** `magos.rollback/v1`; `revert` is a `Delivery`, or null when no marked value differed. */
export function rollbackReport(facts: RollbackFacts, revert: unknown): Record<string, unknown> {
  return {
    schema: "magos.rollback/v1",
    at: formatTime(facts.at),
    stack: facts.stack,
    to: facts.to,
    revert,
    holds: facts.holds.map(holdReport),
    problems: facts.problems.map(problemReport),
  };
}
