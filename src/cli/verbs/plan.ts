// magos plan: what an update would change and why.
import { Command } from "@commander-js/extra-typings";
import { countChanges } from "../../core/plan/update_plan.ts";
import { planReport } from "../../core/report/plan_report.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { chooseNamed } from "../choose_targets.ts";
import { type Look, lookAtPlan } from "../look.ts";
import { renderDeliveries } from "../render/delivery_text.ts";
import { freshnessLine, renderPlans } from "../render/plan_text.ts";
import { renderUnfollowed } from "../render/unfollowed_text.ts";
import { exitCodes, type Session } from "../session.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function planVerb(start: Start): Command<[string[]], { all?: true; detailedExitcode?: true; offline?: true }> {
  return new Command("plan")
    .description("show what an update would change and why; changes nothing")
    .argument("[image...]", "ask the registries only about these images")
    .option("--all", "list the images that nothing follows, and those that are excluded")
    .option("--detailed-exitcode", "exit with 3 when changes are pending")
    .option("--offline", "decide from stored scans, ask no registry")
    .addHelpText("after", "\nExample:\n  magos plan --repo ~/homelab\n")
    .action((images, options) => start((session) => plan(session, images, options)));
}

/** Plans the repository, prints what would change, and answers with the exit code. */
export async function plan(
  session: Session,
  images: readonly string[],
  options: { readonly all?: boolean; readonly detailedExitcode?: boolean; readonly offline?: boolean },
): Promise<number> {
  const offline = options.offline ?? false;
  return await lookAtPlan(session, { choose: chooseNamed(images), offline, listsUnfollowed: true }, (look, world) => {
    const { system } = session;
    const facts = { ...look, at: system.clock.now(), requests: world.registry.requests() };
    session.print(
      planReport(facts),
      () =>
        renderPlans(system, look) + renderDeliveries(look.deliveries) +
        (look.unfollowed === null ? "" : renderUnfollowed(look.unfollowed, options.all ?? false)) +
        (offline ? "" : freshnessLine(look.plan, facts.requests)),
    );
    session.report(look.problems);
    return exitCodeOf(look, options.detailedExitcode ?? false);
  });
}

function exitCodeOf(look: Look, detailed: boolean): number {
  if (hasErrors(look.problems)) return exitCodes.partly;
  return detailed && [look.plan, ...look.elsewhere].some((plan) => countChanges(plan) > 0)
    ? exitCodes.pending
    : exitCodes.done;
}
