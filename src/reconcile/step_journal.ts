// What a pass did of a stack's plan, with the time that each step took.
import { type Result } from "../core/model/problem.ts";
import type { StackRow } from "../core/model/stack.ts";
import type { PlannedStep } from "../core/plan/stack_plan.ts";
import type { DoneStep } from "../core/report/stack_outcome.ts";
import type { Clock } from "../core/ports/clock.ts";

/** Keeps the steps of one stack. */
export interface StepJournal {
  /** Carries the step out and notes how it ended. */
  run<T>(step: PlannedStep, action: () => Promise<Result<T>>): Promise<Result<T>>;
  /** Notes a step that was not carried out, and why. */
  skip(step: PlannedStep, message: string): void;
  /** Marks a step that was carried out as failed after all. */
  fail(kind: PlannedStep["kind"], message: string): void;
  /** What was done, then what of the plan was not. */
  steps(): readonly DoneStep[];
}

/** Begins the journal of a plan. */
export function openJournal(planned: readonly PlannedStep[], clock: Clock): StepJournal {
  const done: DoneStep[] = [];
  const isSame = (a: PlannedStep, b: PlannedStep): boolean => a.kind === b.kind && a.subject === b.subject;
  return {
    async run({ kind, subject, message: why = null }, action) {
      const begun = clock.monotonic();
      const result = await action();
      const seconds = Math.round(clock.monotonic() - begun) / 1000;
      const message = result.ok ? why : result.failure.message;
      done.push({ kind, subject, state: result.ok ? "done" : "failed", seconds, message });
      return result;
    },
    skip({ kind, subject }, message) {
      done.push({ kind, subject, state: "skipped", seconds: null, message });
    },
    fail(kind, message) {
      const at = done.findLastIndex((step) => step.kind === kind);
      const step = done[at];
      if (step !== undefined) done[at] = { ...step, state: "failed", message };
    },
    steps: () => [
      ...done,
      ...planned.filter((step) => !done.some((it) => isSame(it, step)))
        .map((step): DoneStep => ({ ...step, state: "skipped", seconds: null, message: null })),
    ],
  };
}

/** The row with what a journal tells of the folder: after a switch that failed it may hold files of two revisions. */
export function afterSwitch(row: StackRow, journal: StepJournal): StackRow {
  const failed = journal.steps().some(({ kind, state }) => kind === "switch" && state === "failed");
  return failed ? { ...row, isMixed: true } : row;
}
