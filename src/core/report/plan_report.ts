// A plan, and the update that carried it out, as JSON (contracts.md 1.3).
import type { FilePatch, UpdatePlan } from "../model/plan.ts";
import { type Problem } from "../model/problem.ts";
import type { Unfollowed } from "../model/unfollowed.ts";
import { formatTime, type Time } from "../model/time.ts";
import type { RequestCount } from "../ports/registry.ts";
import { decisionReport } from "./decision_report.ts";
import { problemReport, requestsReport } from "./reference_report.ts";

/** What a plan was made from. */
export interface PlanFacts {
  readonly plan: UpdatePlan;
  readonly at: Time;
  readonly complete: boolean;
  readonly deliveries: readonly DeliveryReport[];
  readonly requests: readonly RequestCount[];
  readonly problems: readonly Problem[];
  /** Null or left out: nobody looked for them. */
  readonly unfollowed?: Unfollowed | null;
}

/** `Delivery`. */
export interface DeliveryReport {
  readonly group: string | null;
  readonly delivery: "push" | "branch" | "pull-request";
  /** The branch that the plan was made from. */
  readonly base: string;
  readonly branch: string;
  readonly subject: string;
  readonly changes: number;
  readonly commits: number;
  readonly state: "planned" | "pushed" | "opened" | "updated" | "closed" | "unchanged" | "stale" | "refused" | "failed";
  readonly commit: string | null;
  readonly url: string | null;
  readonly number: number | null;
  readonly attempts: number;
  readonly problems: readonly Problem[];
}

/** `magos.plan/v1`. */
export function planReport(facts: PlanFacts): Record<string, unknown> {
  const { plan, unfollowed = null } = facts;
  return {
    schema: "magos.plan/v1",
    id: plan.id,
    revision: plan.revision,
    branch: plan.branch,
    at: formatTime(facts.at),
    complete: facts.complete,
    summary: {
      ...summaryOf(plan),
      unmanaged: unfollowed?.unmanaged.length ?? null,
      excluded: unfollowed?.excluded.length ?? null,
    },
    decisions: plan.decisions.map(decisionReport),
    deliveries: facts.deliveries.map(deliveryReport),
    files: plan.files.map(fileReport),
    unmanaged: unfollowed?.unmanaged ?? [],
    excluded: unfollowed?.excluded ?? [],
    requests: facts.requests.map(requestsReport),
    problems: facts.problems.map(problemReport),
  };
}

/** `magos.update/v1`. */
export function updateReport(
  facts: PlanFacts,
  run: { readonly id: string; readonly result: string; readonly seconds: number },
): Record<string, unknown> {
  return {
    schema: "magos.update/v1",
    run: run.id,
    result: run.result,
    plan: planReport(facts),
    deliveries: facts.deliveries.map(deliveryReport),
    seconds: run.seconds,
    problems: facts.problems.map(problemReport),
  };
}

/** How many decisions came out how. */
export function summaryOf(plan: UpdatePlan): Record<"selected" | "current" | "held" | "noMatch" | "errors", number> {
  const count = (state: string): number => plan.decisions.filter((decision) => decision.state === state).length;
  return {
    selected: count("selected"),
    current: count("current"),
    held: count("held"),
    noMatch: count("no-match"),
    errors: count("error"),
  };
}

/** `Delivery` as JSON. */
export function deliveryReport(delivery: DeliveryReport): Record<string, unknown> {
  return { ...delivery, problems: delivery.problems.map(problemReport) };
}

/** `File`. */
export function fileReport(patch: FilePatch): Record<string, unknown> {
  return {
    file: patch.file,
    changes: patch.changes.map(({ line, column, setter, old, new: next }) => ({
      line,
      column,
      setter,
      old,
      new: next,
    })),
    problems: patch.problems.map(problemReport),
    diff: patch.diff,
  };
}
