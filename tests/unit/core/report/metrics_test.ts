import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { StackRow } from "../../../../src/core/model/stack.ts";
import { metricsText } from "../../../../src/core/report/metrics.ts";
import { mostSeries, printMetrics } from "../../../../src/core/report/print_metrics.ts";
import type { Store, StoredDelivery } from "../../../../src/core/ports/store.ts";
import { parseExposition } from "../../../fakes/parse_exposition.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { recordPass, samplePass, withState } from "../../../fakes/memory_state.ts";
import { sampleDecision, sampleDigests } from "../../../fakes/sample_decision.ts";
import { sampleStackRow } from "../../../fakes/sample_stack_row.ts";

const facts = { at: testNow, version: "1.2.3", requests: [], residentBytes: 60_000_000 };

/** The lines of one metric, without its help. */
function linesOf(store: Store, name: string, more: Partial<Parameters<typeof metricsText>[1]> = {}): readonly string[] {
  const text = metricsText(store, { ...facts, ...more });
  return text.split("\n").filter((line) => line.startsWith(`magos_${name}{`) || line.startsWith(`magos_${name} `));
}

const problem = { code: "git.unreachable", severity: "error", message: "gone" } as const;

Deno.test("metricsText() is text that Prometheus reads, named as Prometheus asks for", () =>
  withState((store) => {
    recordPass(store, samplePass(), [sampleDecision(), sampleDecision({ state: "held", selected: null })]);
    const families = parseExposition(metricsText(store, facts));
    for (const [name, { type, help, samples }] of families) {
      assert.match(name, /^magos_[a-z][a-z0-9_]*[a-z]$/);
      assert.match(help, /^[A-Z].*\.$/, name);
      assert.ok(samples.length > 0, `${name} is there for something`);
      // prometheus.io/docs/practices/naming: base units, and `_total` for what only grows.
      assert.equal(type === "counter", name.endsWith("_total"), name);
      assert.doesNotMatch(name, /milli|_ms$|minutes|hours|days|kilo|mega|_mb$|percent/);
      for (const { value } of samples) assert.ok(type === "gauge" || value >= 0, name);
    }
  }));

Deno.test("metricsText() tells all that a dashboard of the daemon needs", () =>
  withState((store) => {
    recordPass(store, samplePass({ id: "a", kind: "apply" }));
    recordPass(store, samplePass(), [sampleDecision(), sampleDecision({ state: "held", selected: null })]);
    store.saveTag("ghcr.io/you/app", "2.0", sampleDigests.new, testNow - 7_200_000);
    store.saveStack(stackRow("settled"));
    store.saveStack(stackRow("rolled-back"));
    store.saveHostProfile("docker.io", {
      auth: "bearer",
      realm: null,
      service: null,
      pageCap: null,
      headDigest: true,
      pausedUntil: null,
      quota: { host: "docker.io", requests: 0, cached: 0, limit: 100, remaining: 7, resetAt: testNow + 60_000 },
    });
    const requests = [{ host: "docker.io", requests: 5, cached: 3, limit: null, remaining: null, resetAt: null }];
    const names = [...parseExposition(metricsText(store, { ...facts, requests })).keys()];
    const wanted = [
      ["registry_requests_total", "registry_quota_remaining", "registry_paused_seconds"],
      ["decisions", "image_held_seconds"],
      ["passes_total", "pass_seconds_total", "pass_last_duration_seconds", "pass_last_success_timestamp_seconds"],
      ["stacks", "rollbacks_total", "process_resident_memory_bytes"],
    ];
    for (const name of wanted.flat()) assert.ok(names.includes(`magos_${name}`), name);
  }));

Deno.test("metricsText() counts each time that a stack went back, whether or not git was told", () =>
  withState((store) => {
    store.saveStack(stackRow("rolling-back"));
    assert.deepEqual(linesOf(store, "rollbacks_total"), []);
    for (let times = 0; times < 3; times++) store.saveStack(stackRow("rolled-back"));
    assert.deepEqual(linesOf(store, "rollbacks_total"), ['magos_rollbacks_total{stack="media"} 1']);
    assert.deepEqual(linesOf(store, "stacks"), ['magos_stacks{state="rolled-back"} 1']);
    store.saveStack(stackRow("deploying"));
    store.saveStack(stackRow("rolling-back"));
    store.saveStack(stackRow("rolled-back"));
    assert.deepEqual(linesOf(store, "rollbacks_total"), ['magos_rollbacks_total{stack="media"} 2']);
  }));

function stackRow(phase: StackRow["phase"]): StackRow {
  return sampleStackRow("media", { phase, applied: null, lastGood: null, since: testNow });
}

Deno.test("metricsText() tells version, memory, decisions by state, and how long an image is held", () =>
  withState((store) => {
    recordPass(store, samplePass(), [sampleDecision(), sampleDecision({ state: "held", selected: null })]);
    assert.deepEqual(linesOf(store, "build_info"), ['magos_build_info{version="1.2.3"} 1']);
    assert.deepEqual(linesOf(store, "process_resident_memory_bytes"), [
      "magos_process_resident_memory_bytes 60000000",
    ]);
    assert.deepEqual(linesOf(store, "decisions"), [
      'magos_decisions{state="selected"} 1',
      'magos_decisions{state="current"} 0',
      'magos_decisions{state="held"} 1',
      'magos_decisions{state="no-match"} 0',
      'magos_decisions{state="error"} 0',
    ]);
    assert.deepEqual(linesOf(store, "image_held_seconds"), [
      'magos_image_held_seconds{image="ghcr.io/you/app",policy="semver"} 3600',
    ]);
  }));

Deno.test("metricsText() tells how long what is wanted has been there", () =>
  withState((store) => {
    store.saveTag("ghcr.io/you/app", "2.0", sampleDigests.new, testNow - 7_200_000);
    recordPass(store, samplePass(), [
      sampleDecision({ newest: { name: "ghcr.io/you/app", tag: "2.0", digest: sampleDigests.new } }),
    ]);
    assert.deepEqual(linesOf(store, "image_update_lag_seconds"), [
      'magos_image_update_lag_seconds{image="ghcr.io/you/app",policy="semver"} 7200',
    ]);
  }));

Deno.test("metricsText() counts passes by result and their time, and tells of the last ones", () =>
  withState((store) => {
    recordPass(store, samplePass({ id: "1" }));
    recordPass(store, samplePass({ id: "2" }));
    recordPass(
      store,
      samplePass({ id: "3", started: testNow - 9000, ended: testNow, result: "failed", problems: [problem] }),
    );
    assert.deepEqual(linesOf(store, "passes_total"), [
      'magos_passes_total{kind="update",result="done"} 2',
      'magos_passes_total{kind="update",result="failed"} 1',
    ]);
    assert.deepEqual(linesOf(store, "pass_seconds_total"), ['magos_pass_seconds_total{kind="update"} 13']);
    assert.deepEqual(linesOf(store, "pass_last_duration_seconds"), [
      'magos_pass_last_duration_seconds{kind="update"} 9',
    ]);
    assert.deepEqual(linesOf(store, "pass_last_success_timestamp_seconds"), [
      `magos_pass_last_success_timestamp_seconds{kind="update"} ${testNow / 1000 - 58}`,
    ]);
    assert.deepEqual(linesOf(store, "pass_last_problems"), ['magos_pass_last_problems{kind="update"} 1']);
  }));

Deno.test("metricsText() counts a delivery once, when it has ended", () =>
  withState((store) => {
    const delivery: StoredDelivery = {
      id: "d",
      planId: "p",
      kind: "revert",
      delivery: "push",
      group: null,
      baseBranch: "main",
      branch: "main",
      base: "c".repeat(40),
      lease: null,
      commit: "d".repeat(40),
      commits: 1,
      subject: "s",
      changes: 1,
      state: "prepared",
      createdAt: testNow,
    };
    store.saveDelivery(delivery);
    assert.deepEqual(linesOf(store, "deliveries_total"), []);
    for (let times = 0; times < 3; times++) store.saveDelivery({ ...delivery, state: "pushed" });
    assert.deepEqual(linesOf(store, "deliveries_total"), ['magos_deliveries_total{kind="revert",state="pushed"} 1']);
  }));

Deno.test("metricsText() tells requests of this process, and quota and pause of a registry", () =>
  withState((store) => {
    store.saveHostProfile("docker.io", {
      auth: "bearer",
      realm: null,
      service: null,
      pageCap: null,
      headDigest: true,
      pausedUntil: testNow + 90_000,
      quota: { host: "docker.io", requests: 0, cached: 0, limit: 100, remaining: 7, resetAt: testNow + 60_000 },
    });
    const requests = [{ host: "docker.io", requests: 5, cached: 3, limit: null, remaining: null, resetAt: null }];
    assert.deepEqual(linesOf(store, "registry_requests_total", { requests }), [
      'magos_registry_requests_total{host="docker.io"} 5',
    ]);
    assert.deepEqual(linesOf(store, "registry_quota_remaining"), [
      'magos_registry_quota_remaining{host="docker.io"} 7',
    ]);
    assert.deepEqual(linesOf(store, "registry_paused_seconds"), ['magos_registry_paused_seconds{host="docker.io"} 90']);
  }));

Deno.test("printMetrics() escapes what others wrote, so that no label can forge a line", () => {
  const text = printMetrics([{
    name: "x",
    type: "gauge",
    help: "X.",
    samples: [{ labels: { image: 'a"} 1\nmagos_y 2\\\r' }, value: 3 }],
  }]);
  assert.equal(text.split("\n")[2], 'magos_x{image="a\\"} 1\\nmagos_y 2\\\\ "} 3');
});

Deno.test("printMetrics() bounds the series of a family, and says how many it left out", () => {
  const samples = Array.from({ length: mostSeries + 7 }, (_, at) => ({ labels: { image: `i${at}` }, value: at }));
  const lines = printMetrics([{ name: "x", type: "gauge", help: "X.", samples }]).split("\n");
  assert.equal(lines.filter((line) => line.startsWith("magos_x{")).length, mostSeries);
  assert.ok(lines.includes("magos_metrics_dropped_series 7"));
});

Deno.test("printMetrics() prints any name so that a strict reader finds it again, and none twice", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { minLength: 1, maxLength: 20 }), (names) => {
      const samples = [...names, ...names].map((image, value) => ({ labels: { image }, value }));
      const read = parseExposition(printMetrics([{ name: "x", type: "gauge", help: "X.", samples }])).get("magos_x");
      const cut = names.map((name) => name.slice(0, 200).toWellFormed().replaceAll(/[^\P{Cc}\n]/gu, " "));
      assert.deepEqual(read?.samples.map(({ labels }) => labels["image"]), [...new Set(cut)]);
    }),
  );
});
