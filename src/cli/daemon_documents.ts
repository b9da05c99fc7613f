// What the daemon's HTTP side tells, from the state of the configuration that is in use.
import { storedRuns } from "../core/plan/stored_runs.ts";
import { historyReport } from "../core/report/history_report.ts";
import { metricsText } from "../core/report/metrics.ts";
import { statusReport } from "../core/report/status_report.ts";
import type { Documents } from "../daemon/http/http_parts.ts";
import type { Engagement } from "./daemon_work.ts";
import { statusFacts } from "./status_facts.ts";
import { version } from "./version.ts";

/** The documents; `current` is asked each time, for a reload swaps the whole world. */
export function documentsOf(current: () => Engagement): Documents {
  return {
    async status() {
      const { session, world } = current();
      return statusReport(world.store, await statusFacts(session, world));
    },
    async history(limit) {
      const { session, world } = current();
      const { killed } = await statusFacts(session, world);
      return historyReport(
        "state",
        storedRuns(world.store, { limit, since: null, filter: null }, killed),
        world.problems,
      );
    },
    metrics() {
      const { session: { system }, world } = current();
      return metricsText(world.store, {
        at: system.clock.now(),
        version,
        requests: world.registry.requests(),
        residentBytes: system.residentBytes(),
      });
    },
    followed: () => current().world.store.decisions().map(({ repository }) => repository),
    repositoryUrl: () => current().session.config.repo.url ?? "",
    // The one place where an owner says what his clock shows.
    timeZone: () => current().session.config.daemon.update.timeZone,
  };
}
