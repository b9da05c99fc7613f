// Planned deliveries as reports tell of them: where the changes would go, and in how many commits.
import type { PlannedDelivery } from "../model/plan.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { deliverySubject } from "../plan/delivery_messages.ts";
import type { PreparedPlan } from "../plan/prepare_deliveries.ts";
import { countChanges } from "../plan/update_plan.ts";
import type { DeliveryReport } from "./plan_report.ts";

/** A delivery that nothing was done for yet. */
export function plannedReport(
  { group, delivery, branch, plan, parts }: PlannedDelivery,
  subject: string,
): DeliveryReport {
  return {
    group,
    delivery,
    base: plan.branch,
    branch,
    subject,
    changes: countChanges(plan),
    commits: parts.length,
    state: "planned",
    commit: null,
    url: null,
    number: null,
    attempts: 0,
    problems: [],
  };
}

/** What came of one delivery. */
type Outcome =
  | { readonly state: "pushed" | "unchanged"; readonly commit: string }
  | { readonly state: "refused" | "lost-race" };

/** How a delivery ended: a lost race is a failure to whoever reads the report, and only what arrived has a commit. */
export function deliveryEnd(outcome: Outcome): Pick<DeliveryReport, "state" | "commit"> {
  if (outcome.state === "lost-race") return { state: "failed", commit: null };
  return "commit" in outcome ? outcome : { state: outcome.state, commit: null };
}

/** What a plan would lead to, and why its branch or message cannot be made. */
export function plannedReports(
  { deliveries, failed }: PreparedPlan,
): { readonly deliveries: readonly DeliveryReport[]; readonly problems: readonly Problem[] } {
  const reports = deliveries.map(({ planned, commits }) =>
    plannedReport(planned, deliverySubject(planned, commits.map(({ message }) => message)))
  );
  const failures = [...failed.map((lane) => lane.failure), ...deliveries.flatMap((one) => one.failure ?? [])];
  return { deliveries: reports, problems: failures.map((failure) => problemOf(failure)) };
}
