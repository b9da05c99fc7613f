// The daemon's HTTP side without a socket, over a real state in memory.
import type { Hono } from "hono";
import { storedRuns } from "../../src/core/plan/stored_runs.ts";
import type { Hold } from "../../src/core/model/hold.ts";
import { Secret } from "../../src/core/model/secret.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { historyReport } from "../../src/core/report/history_report.ts";
import { metricsText } from "../../src/core/report/metrics.ts";
import { statusReport } from "../../src/core/report/status_report.ts";
import { createBell } from "../../src/daemon/bell.ts";
import { newDaemonState } from "../../src/daemon/daemon_state.ts";
import { createApp } from "../../src/daemon/http/create_app.ts";
import type { HttpParts, HttpSettings } from "../../src/daemon/http/http_parts.ts";
import { createWantedScans } from "../../src/daemon/wanted_scans.ts";
import { type ManualClock, manualClock } from "./manual_clock.ts";

/** The app and what it works with. */
export interface DaemonApp {
  readonly app: Hono;
  readonly parts: HttpParts;
  readonly clock: ManualClock;
  /** A GET, or what `init` says, under a loopback name unless `init` names another. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

/** No other text of a test looks like it. */
export const adminToken = "adm-7Kd0-s3cr3t-t0k3n-28";

/** Builds it; `followed` are the repositories that webhooks may name. */
export function daemonApp(
  store: Store,
  more: Partial<HttpSettings> & {
    readonly followed?: readonly string[];
    readonly deploys?: boolean;
    readonly holds?: readonly Hold[];
    readonly timeZone?: string;
  } = {},
): DaemonApp {
  const clock = manualClock();
  const { followed = [], deploys = false, holds = [], timeZone = "UTC", ...settings } = more;
  const parts: HttpParts = {
    clock: patient(clock),
    log: { event: () => {} },
    state: newDaemonState(deploys, clock.monotonic()),
    bell: createBell(),
    wanted: createWantedScans(clock),
    requests: { reload: false, passes: new Map() },
    documents: {
      status: () =>
        Promise.resolve(statusReport(store, {
          at: clock.now(),
          version: "1.2.3",
          host: "pi4",
          url: "https://git.example.org/you/homelab.git",
          holds,
          problems: [],
          killed: null,
        })),
      history: (limit) =>
        Promise.resolve(historyReport("state", storedRuns(store, { limit, since: null, filter: null }), [])),
      metrics: () => metricsText(store, { at: clock.now(), version: "1.2.3", requests: [], residentBytes: 1 }),
      followed: () => followed,
      followedBranch: () => "main",
      repositoryUrl: () => "https://git.example.org/You/homelab.git",
      timeZone: () => timeZone,
    },
    settings: () => ({ names: [], adminToken: new Secret(adminToken), senders: [], ...settings }),
  };
  const app = createApp(parts);
  return {
    app,
    parts,
    clock,
    async ask(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("host")) headers.set("host", "127.0.0.1:8420");
      return await app.request(path, { ...init, headers });
    },
  };
}

/** The same clock, but what a sleep is raced against gets all the turns it needs first. */
function patient(clock: ManualClock): ManualClock {
  return {
    ...clock,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const turn = setTimeout(() => resolve(clock.sleep(milliseconds, signal)), 0);
        signal?.addEventListener("abort", () => resolve(clearTimeout(turn)), { once: true });
      }),
  };
}
