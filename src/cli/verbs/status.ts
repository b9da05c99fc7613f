// magos status: what is followed, what waits and why, from local state alone.
import { Command } from "@commander-js/extra-typings";
import { isInForce } from "../../core/policy/holds.ts";
import { statusReport } from "../../core/report/status_report.ts";
import { findKilledRun } from "../../reconcile/find_killed_run.ts";
import { keptHolds } from "../../reconcile/human_holds.ts";
import { renderStatus } from "../render/status_text.ts";
import { exitCodes, orFail, type Session } from "../session.ts";
import { version } from "../version.ts";
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
    const killed = await findKilledRun(world.store, system.files, world.stateDir);
    const at = system.clock.now();
    const holds = keptHolds(world.store).filter((hold) => isInForce(hold, at, null));
    const facts = {
      at,
      version,
      host: system.hostname,
      url: config.repo.url ?? "",
      holds,
      problems: world.problems,
      killed,
    };
    session.print(statusReport(world.store, facts), () => renderStatus(system, world.store, holds, killed));
    session.report(world.problems);
    return exitCodes.done;
  } finally {
    world.close();
  }
}
