// What status tells besides the store: the same for the verb and for the daemon's page.
import { isInForce } from "../core/policy/holds.ts";
import type { StatusFacts } from "../core/report/status_report.ts";
import { findKilledRun } from "../reconcile/find_killed_run.ts";
import { keptHolds } from "../reconcile/human_holds.ts";
import type { Session } from "./session.ts";
import { version } from "./version.ts";
import type { World } from "./wire.ts";

/** The facts of this moment. Nobody is asked. */
export async function statusFacts({ system, config }: Session, world: World): Promise<StatusFacts> {
  const killed = await findKilledRun(world.store, system.files, world.stateDir);
  const at = system.clock.now();
  return {
    at,
    version,
    host: system.hostname,
    url: config.repo.url ?? "",
    holds: keptHolds(world.store).filter((hold) => isInForce(hold, at, null)),
    problems: world.problems,
    killed,
  };
}
