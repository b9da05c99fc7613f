// The looking half of plan and explain: open the world, take the repository, plan, and close everything again.
import type { Checkout } from "../core/ports/git.ts";
import { lanesOf } from "../core/plan/lane.ts";
import { prepareDeliveries } from "../core/plan/prepare_deliveries.ts";
import { plannedReports } from "../core/report/delivery_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import type { PlannedPass, PlanOptions } from "../reconcile/plan_pass.ts";
import { planPass } from "../reconcile/plan_pass.ts";
import { pastBehind } from "./history_source.ts";
import { openSource } from "./plan_source.ts";
import { configFor, deliveryRules, planSettings } from "./repository_config.ts";
import { orFail, type Session } from "./session.ts";
import { openWorld, type World } from "./wire.ts";

/** What was seen. */
export interface Look extends PlannedPass {
  readonly branch: string;
  /** Where the changes would go. */
  readonly deliveries: readonly DeliveryReport[];
}

/** Plans without acting, then hands the result to `answer` while the store is still open. */
export async function lookAtPlan<T>(
  session: Session,
  options: Pick<PlanOptions, "choose" | "offline" | "listsUnfollowed">,
  answer: (look: Look, world: World, checkout: Checkout) => T | Promise<T>,
): Promise<T> {
  const { system, progress } = session;
  const world = orFail(await openWorld(system, session.config));
  try {
    const { checkout, problems: unsafe } = await openSource(session, world);
    try {
      const config = await configFor(session, checkout);
      const history = pastBehind(session, world, checkout);
      const ports = { ...system, ...world, history, progress: progress.update };
      const planned = orFail(
        await planPass(checkout, ports, {
          ...options,
          ...planSettings(config, world),
        }),
      );
      progress.clear();
      const when = { run: { id: "", host: system.hostname }, now: system.clock.now() };
      const lanes = lanesOf(planned.shares, { author: config.update.author, rules: deliveryRules(config) });
      const prepared = prepareDeliveries(planned.plan, planned.patchSome, lanes, when);
      const { deliveries, problems: more } = plannedReports(prepared);
      const problems = [...world.problems, ...unsafe, ...planned.problems, ...more];
      return await answer({ ...planned, problems, branch: checkout.branch, deliveries }, world, checkout);
    } finally {
      await checkout.close();
    }
  } finally {
    world.close();
  }
}
