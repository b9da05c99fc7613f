// magos status: what is followed, what waits and why, from local state alone.
import { Command } from "@commander-js/extra-typings";
import { statusReport } from "../../core/report/status_report.ts";
import { renderStatus } from "../render/status_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { statusFacts } from "../status_facts.ts";
import { openWorld } from "../wire.ts";
import type { Start } from "./start.ts";

/** The verb. */
export function statusVerb(start: Start): Command<[], Record<string, never>> {
  return new Command("status")
    .description("show what is followed, what waits and why; asks nobody")
    .addHelpText("after", "\nExample:\n  magos status --json\n")
    .action(() => start(status)) as unknown as Command<[], Record<string, never>>;
}

async function status(session: Session): Promise<number> {
  const { system, config } = session;
  const world = orFail(await openWorld(system, config));
  try {
    const facts = await statusFacts(session, world);
    const { holds, killed } = facts;
    session.print(statusReport(world.store, facts), () => renderStatus(system, world.store, holds, killed));
    session.report(world.problems);
    return exitCodes.done;
  } finally {
    world.close();
  }
}
