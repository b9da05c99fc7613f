// An apply pass as JSON (contracts.md 1.3).
import type { Health } from "../model/health.ts";
import type { Problem } from "../model/problem.ts";
import { formatTime, formatTimeOrNull } from "../model/time.ts";
import { deliveryReport } from "./plan_report.ts";
import { problemReport } from "./reference_report.ts";
import type { StackOutcome } from "./stack_outcome.ts";

/** What is told of a pass. */
export interface ApplyFacts {
  readonly run: string;
  readonly host: string;
  readonly revision: string;
  readonly previousRevision: string | null;
  readonly signer: string | null;
  readonly result: "done" | "nothing" | "partly" | "failed" | "dry-run";
  readonly stacks: readonly StackOutcome[];
  readonly seconds: number;
  /** All, those of stacks too. */
  readonly problems: readonly Problem[];
}

/** `magos.apply/v1`. */
export function applyReport(facts: ApplyFacts): Record<string, unknown> {
  return {
    schema: "magos.apply/v1",
    run: facts.run,
    host: facts.host,
    revision: facts.revision,
    previousRevision: facts.previousRevision,
    signer: facts.signer,
    result: facts.result,
    stacks: facts.stacks.map(stackReport),
    seconds: facts.seconds,
    problems: facts.problems.map(problemReport),
  };
}

/** `Health`. */
export function healthReport({ state, since, message, log }: Health): Record<string, unknown> {
  return { state, since: formatTime(since), message, log };
}

function stackReport(stack: StackOutcome): Record<string, unknown> {
  return {
    name: stack.name,
    kind: "compose",
    action: stack.action,
    state: stack.state,
    reason: stack.reason,
    hash: stack.hash,
    previousHash: stack.previousHash,
    images: stack.images,
    steps: stack.steps.map(({ kind, subject, state, seconds, message }, at) => ({
      n: at + 1,
      kind,
      subject,
      state,
      seconds,
      message,
      diff: null,
    })),
    waitsFor: stack.waitsFor,
    until: formatTimeOrNull(stack.until),
    health: stack.health === null ? null : healthReport(stack.health),
    revert: stack.revert === null ? null : deliveryReport(stack.revert),
    problems: stack.problems.map(problemReport),
  };
}
