// What a pass did with a delivery, as JSON tells it (contracts.md 1.2).
import { plannedReport } from "../core/report/delivery_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import type { Delivered } from "../reconcile/deliver_plan.ts";

/** The delivery with its end. `attempts`: how often the pass began. */
export function deliveredReport(
  { planned, subject, outcome, problems }: Delivered,
  attempts: number,
): DeliveryReport {
  const commit = outcome.state === "pushed" || outcome.state === "unchanged" ? outcome.commit : null;
  const state = outcome.state === "lost-race" ? "failed" : outcome.state;
  return { ...plannedReport(planned, subject), state, attempts, commit, problems };
}
