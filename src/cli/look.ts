// The looking half of plan and explain: open the world, take the repository, plan, and close everything again.
import type { Config } from "../core/documents/config.ts";
import type { UpdatePlan } from "../core/model/plan.ts";
import { success } from "../core/model/problem.ts";
import type { Checkout } from "../core/ports/git.ts";
import { lanesOf } from "../core/plan/lane.ts";
import { prepareDeliveries } from "../core/plan/prepare_deliveries.ts";
import { plannedReports } from "../core/report/delivery_report.ts";
import type { DeliveryReport } from "../core/report/plan_report.ts";
import type { PlannedPass, PlanOptions } from "../reconcile/plan_pass.ts";
import { planPass } from "../reconcile/plan_pass.ts";
import { onOtherBases } from "../reconcile/other_bases.ts";
import { anyBase } from "../reconcile/survey_automations.ts";
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
  /** What automations would change that begin at other branches. */
  readonly elsewhere: readonly UpdatePlan[];
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
    const { checkout, git, problems: unsafe } = await openSource(session, world);
    try {
      const config = await configFor(session, checkout);
      const history = pastBehind(session, world, checkout);
      const ports = { ...system, ...world, history, progress: progress.update };
      const plan = { ...options, ...planSettings(config, world) };
      const base = git === null ? { base: anyBase } : {};
      const planned = orFail(await planPass(checkout, ports, { ...plan, ...base }));
      const verifies = config.repo.verifyCommits !== null;
      const others = git === null
        ? { visited: [], problems: [] }
        : await onOtherBases(planned, { ...ports, git }, { plan, verifies }, (_, pass) =>
          Promise.resolve(success(pass)));
      progress.clear();
      const told = [planned, ...others.visited].map((pass) => deliveriesOf(session, config, pass, planned));
      const problems = [
        ...world.problems,
        ...unsafe,
        ...planned.problems,
        ...others.problems,
        ...others.visited.flatMap((pass) => pass.problems),
        ...told.flatMap((it) => it.problems),
      ];
      const deliveries = told.flatMap((it) => it.deliveries);
      const elsewhere = others.visited.map((pass) => pass.plan);
      return await answer({ ...planned, problems, branch: checkout.branch, deliveries, elsewhere }, world, checkout);
    } finally {
      await checkout.close();
    }
  } finally {
    world.close();
  }
}

/** Where the changes of a pass would go. Nothing goes to a branch that another one of them begins at. */
function deliveriesOf(
  { system }: Session,
  config: Config,
  { shares, plan, patchSome }: PlannedPass,
  { plan: { branch }, otherBases }: PlannedPass,
): ReturnType<typeof plannedReports> {
  const reserved = new Set([branch, ...otherBases]);
  const when = { run: { id: "", host: system.hostname }, now: system.clock.now(), reserved };
  const lanes = lanesOf(shares, { author: config.update.author, rules: deliveryRules(config) });
  return plannedReports(prepareDeliveries(plan, patchSome, lanes, when));
}
