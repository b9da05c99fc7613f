// Planned deliveries as reports tell of them: where the changes would go, and in how many commits.
import type { PlannedDelivery, UpdatePlan } from "../model/plan.ts";
import { type Problem, problemOf } from "../model/problem.ts";
import { deliveryMessages, type DeliveryRun, deliverySubject } from "../plan/delivery_messages.ts";
import { type DeliveryRules, planDeliveries } from "../plan/plan_deliveries.ts";
import type { PatchSome } from "../plan/plan_parts.ts";
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

/** What a plan would lead to, and why its branch or message cannot be made. */
export function plannedReports(
  planned: { readonly plan: UpdatePlan; readonly patchSome: PatchSome },
  rules: DeliveryRules,
  when: DeliveryRun,
): { readonly deliveries: readonly DeliveryReport[]; readonly problems: readonly Problem[] } {
  const deliveries = planDeliveries(planned.plan, planned.patchSome, rules, when.now);
  if (!deliveries.ok) return { deliveries: [], problems: [problemOf(deliveries.failure)] };
  const problems: Problem[] = [];
  const reports = deliveries.value.map((delivery) => {
    const messages = deliveryMessages(delivery, rules, when);
    if (!messages.ok) problems.push(problemOf(messages.failure));
    return plannedReport(delivery, deliverySubject(delivery, messages.ok ? messages.value : []));
  });
  return { deliveries: reports, problems };
}
