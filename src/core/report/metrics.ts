// The state as Prometheus reads it (exposition format 0.0.4). Names and labels are stable; texts of others are escaped.
import type { Time } from "../model/time.ts";
import type { RequestCount } from "../ports/registry.ts";
import type { Counter, Run, Store } from "../ports/store.ts";
import { registryStandings } from "./registries_report.ts";
import { imageGauges } from "./image_metrics.ts";
import { stackState } from "./status_stacks.ts";
import { type MetricFamily, printMetrics, type Sample } from "./print_metrics.ts";

/** What the store does not know. */
export interface MetricFacts {
  readonly at: Time;
  readonly version: string;
  /** Of this process so far, by host. */
  readonly requests: readonly RequestCount[];
  readonly residentBytes: number;
}

/** The text for `/metrics`. */
export function metricsText(store: Store, facts: MetricFacts): string {
  return printMetrics([
    gauge("build_info", "The version that runs.", [{ labels: { version: facts.version }, value: 1 }]),
    gauge("process_resident_memory_bytes", "Memory that the process holds.", [{ value: facts.residentBytes }]),
    ...registryMetrics(store, facts),
    ...imageGauges(store, facts.at),
    gauge("stacks", "Stacks of this host by state.", stackSamples(store)),
    ...countedMetrics(store.counters()),
    ...passGauges(store),
  ]);
}

function registryMetrics(store: Store, { at, requests }: MetricFacts): readonly MetricFamily[] {
  const standings = registryStandings(store, at);
  const count = (pick: (count: RequestCount) => number): readonly Sample[] =>
    requests.map((it) => ({ labels: { host: it.host }, value: pick(it) }));
  const quota = (pick: (count: RequestCount) => number | null): readonly Sample[] =>
    standings.flatMap(({ host, quota }) => {
      const value = pick(quota);
      return value === null ? [] : [{ labels: { host }, value }];
    });
  return [
    counter("registry_requests_total", "Requests to a registry since the daemon began.", count((it) => it.requests)),
    counter("registry_cached_total", "Answers that cost no transfer.", count((it) => it.cached)),
    gauge("registry_quota_limit", "Pulls that a registry grants in its window.", quota((it) => it.limit)),
    gauge("registry_quota_remaining", "Pulls that are left.", quota((it) => it.remaining)),
    gauge(
      "registry_paused_seconds",
      "How long a registry is still left alone.",
      standings.map(({ host, pausedUntil }) => ({
        labels: { host },
        value: pausedUntil === null ? 0 : Math.ceil((pausedUntil - at) / 1000),
      })),
    ),
  ];
}

/** Counters of the state by the name that they have there. */
const counted: readonly (readonly [name: string, metric: string, help: string])[] = [
  ["passes", "passes_total", "Passes that ended, by result."],
  ["pass_seconds", "pass_seconds_total", "Time that passes took together."],
  ["changes", "changes_total", "Values that passes changed."],
  ["deliveries", "deliveries_total", "Deliveries by what they were for and how they ended."],
  [
    "rollbacks",
    "rollbacks_total",
    "Times that a stack went back to what ran well before, whether or not git was told.",
  ],
];

function countedMetrics(counters: readonly Counter[]): readonly MetricFamily[] {
  return counted.map(([name, metric, help]) => counter(metric, help, counters.filter((it) => it.name === name)));
}

function stackSamples(store: Store): readonly Sample[] {
  const byState = Map.groupBy(store.stacks(), stackState);
  return [...byState].sort(([a], [b]) => a < b ? -1 : 1).map(([state, rows]) => ({
    labels: { state },
    value: rows.length,
  }));
}

function passGauges(store: Store): readonly MetricFamily[] {
  const kinds = (["update", "apply"] as const).map((kind) => ({ kind, own: store.runs(200, kind) }));
  const each = (pick: (own: readonly Run[]) => number | null | undefined): readonly Sample[] =>
    kinds.flatMap(({ kind, own }) => {
      const value = pick(own);
      return value === null || value === undefined ? [] : [{ labels: { kind }, value }];
    });
  const seconds = (time: Time | null | undefined): number | null => time ? time / 1000 : null;
  const isGood = ({ result }: Run): boolean => result === "done" || result === "nothing";
  const ended = (own: readonly Run[]): Run | undefined => own.find((run) => run.ended !== null);
  return [
    gauge("pass_last_run_timestamp_seconds", "When the last pass began.", each((own) => seconds(own[0]?.started))),
    gauge(
      "pass_last_success_timestamp_seconds",
      "When the last pass without a problem ended.",
      each((own) => seconds(own.find(isGood)?.ended)),
    ),
    gauge(
      "pass_last_duration_seconds",
      "How long the last pass took.",
      each((own) => {
        const last = ended(own);
        return last === undefined || last.ended === null ? null : Math.max(0, last.ended - last.started) / 1000;
      }),
    ),
    gauge(
      "pass_last_problems",
      "Errors that the last pass told of.",
      each((own) => ended(own)?.problems.filter(({ severity }) => severity === "error").length),
    ),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "gauge", help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, type: "counter", help, samples };
}
