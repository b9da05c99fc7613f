// What the daemon's HTTP side tells, from the state of the configuration that is in use.
import { storedRuns } from "../core/plan/stored_runs.ts";
import { historyReport } from "../core/report/history_report.ts";
import { metricsText } from "../core/report/metrics.ts";
import { statusReport } from "../core/report/status_report.ts";
import type { Documents } from "../daemon/http/http_parts.ts";
import type { Engaged } from "./engaged.ts";
import { statusFacts } from "./status_facts.ts";
import { version } from "./version.ts";

/** The documents, each read to its end from one world, though a reload swaps it meanwhile. */
export function documentsOf(engaged: Engaged): Documents {
  return {
    status: () =>
      engaged.read(async ({ session, world }) => statusReport(world.store, await statusFacts(session, world))),
    history: (limit) =>
      engaged.read(async ({ session, world }) => {
        const { killed } = await statusFacts(session, world);
        return historyReport(
          "state",
          storedRuns(world.store, { limit, since: null, filter: null }, killed),
          world.problems,
        );
      }),
    metrics() {
      const { session: { system }, world } = engaged.current;
      return metricsText(world.store, {
        at: system.clock.now(),
        version,
        requests: world.registry.requests(),
        residentBytes: system.residentBytes(),
      });
    },
    followed: () => engaged.current.world.store.decisions().map(({ repository }) => repository),
    followedBranch() {
      const { session, world } = engaged.current;
      return session.config.repo.branch ?? world.store.meta("head.seen")?.split(" ")[0] ?? null;
    },
    repositoryUrl: () => engaged.current.session.config.repo.url ?? "",
    // The one place where an owner says what his clock shows.
    timeZone: () => engaged.current.session.config.daemon.update.timeZone,
  };
}
