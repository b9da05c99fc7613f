// magos explain: every tag with the reason it was taken or dropped, and when the answer may change.
import { Command } from "@commander-js/extra-typings";
import type { Decision } from "../../core/model/decision.ts";
import { type Problem, problemOf } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { holdsOn } from "../../core/policy/holds.ts";
import { type ExplainItem, explainReport } from "../../core/report/explain_report.ts";
import type { ValuePast } from "../../core/plan/value_origin.ts";
import type { Checkout } from "../../core/ports/git.ts";
import { findOrigins } from "../../reconcile/find_origins.ts";
import { hasErrors } from "../../reconcile/run_update.ts";
import { chooseQueried } from "../choose_targets.ts";
import { type Look, lookAtPlan } from "../look.ts";
import { renderExplanation } from "../render/explain_text.ts";
import { exitCodes, type Session } from "../session.ts";
import { openClonePast, openMirrorPast, type World } from "../wire.ts";
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
  return await lookAtPlan(session, { choose: chooseQueried(query), offline: false }, async (look, world, checkout) => {
    const { system } = session;
    const { decisions } = look.plan;
    const past = await pastOf(session, world, checkout, decisions);
    const items = decisions.map((decision, at) => itemOf(decision, past.values[at] ?? null, look, world));
    session.print(
      explainReport(query, system.clock.now(), items, [...look.problems, ...past.problems]),
      () => renderExplanation(system, items, all),
    );
    const own = [...decisions.flatMap((decision) => decision.problems), ...past.problems];
    session.report(own);
    return hasErrors(own) ? exitCodes.partly : exitCodes.done;
  });
}

/** What git tells of the values. An answer without it is worth giving: a past that cannot be read is a warning. */
async function pastOf(
  session: Session,
  world: World,
  checkout: Checkout,
  decisions: readonly Decision[],
): Promise<{ readonly values: readonly ValuePast[]; readonly problems: readonly Problem[] }> {
  const { system, config } = session;
  const history = config.repo.url === null
    ? openClonePast(system, checkout.root)
    : openMirrorPast(system, world.stateDir);
  const found = await findOrigins(history, checkout.revision, decisions.map(({ target }) => target));
  if (found.ok) return { values: found.value, problems: [] };
  return { values: [], problems: [problemOf(found.failure, {}, "warning")] };
}

function itemOf(decision: Decision, past: ValuePast | null, { held }: Look, world: World): ExplainItem {
  const scan = world.store.scan(formatRepository(decision.target.repository));
  const commit = past?.setBy?.commit.revision;
  const delivery = world.store.deliveries().find((it) => it.commit === commit);
  return {
    decision,
    scannedAt: scan?.scannedAt ?? null,
    scanComplete: scan !== null && scan.lastFailure === null,
    holds: holdsOn(held.holds, decision.target),
    past,
    deliveredTo: delivery?.branch ?? null,
  };
}
