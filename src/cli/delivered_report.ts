// What a pass did with a delivery, as JSON tells it (contracts.md 1.2).
import { deliveryEnd, plannedReport } from "../core/report/delivery_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import type { Delivered } from "../reconcile/deliver_plan.ts";

/** The delivery with its end. `attempts`: how often the pass began. */
export function deliveredReport(
  { planned, subject, outcome, problems }: Delivered,
  attempts: number,
): DeliveryReport {
  return { ...plannedReport(planned, subject), ...deliveryEnd(outcome), attempts, problems };
}
