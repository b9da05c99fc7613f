// magos explain: every tag with the reason it was taken or dropped, and when the answer may change.
import { Command } from "@commander-js/extra-typings";
import { formatRepository } from "../../core/model/reference.ts";
import { holdsOn } from "../../core/policy/holds.ts";
import { type ExplainItem, explainReport } from "../../core/report/explain_report.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { chooseQueried } from "../choose_targets.ts";
import { type Look, lookAtPlan } from "../look.ts";
import { renderExplanation } from "../render/explain_text.ts";
import { exitCodes, type Session } from "../session.ts";
import type { World } from "../wire.ts";
import type { Decision } from "../../core/model/decision.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function explainVerb(start: Start): Command<[string], { all?: true }> {
  return new Command("explain")
    .description("say for an image, or the marker at FILE:LINE, why it is what it is")
    .argument("<image|file:line>")
    .option("--all", "show every tag, not only those nearest to the answer")
    .addHelpText(
      "after",
      "\nExamples:\n  magos explain ollama/ollama\n  magos explain stacks/ai/compose.yaml:4 --all\n",
    )
    .action((query, options) => start((session) => explain(session, query, options.all ?? false)));
}

async function explain(session: Session, query: string, all: boolean): Promise<number> {
  return await lookAtPlan(session, { choose: chooseQueried(query), offline: false }, (look, world) => {
    const { system } = session;
    const items = look.plan.decisions.map((decision) => itemOf(decision, look, world));
    session.print(
      explainReport(query, system.clock.now(), items, look.problems),
      () => renderExplanation(system, items, all),
    );
    const own = look.plan.decisions.flatMap((decision) => decision.problems);
    session.report(own);
    return hasErrors(own) ? exitCodes.partly : exitCodes.done;
  });
}

function itemOf(decision: Decision, { held }: Look, world: World): ExplainItem {
  const scan = world.store.scan(formatRepository(decision.target.repository));
  return {
    decision,
    scannedAt: scan?.scannedAt ?? null,
    scanComplete: scan !== null && scan.lastFailure === null,
    holds: holdsOn(held.holds, decision.target),
  };
}
