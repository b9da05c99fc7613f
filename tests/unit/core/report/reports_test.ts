// Every JSON answer against the shapes that scripts rely on.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import type { Decision } from "../../../../src/core/model/decision.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";
import type { Hold } from "../../../../src/core/model/hold.ts";
import type { Run } from "../../../../src/core/ports/store.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import { decisionReport, describeRule } from "../../../../src/core/report/decision_report.ts";
import { countVerdicts, explainReport, nextChangeAt } from "../../../../src/core/report/explain_report.ts";
import { holdsReport } from "../../../../src/core/report/hold_report.ts";
import { type PlanFacts, planReport, updateReport } from "../../../../src/core/report/plan_report.ts";
import { errorReport, problemReport } from "../../../../src/core/report/reference_report.ts";
import { statusReport } from "../../../../src/core/report/status_report.ts";
import {
  decisionShape,
  errorShape,
  explainShape,
  holdShape,
  planShape,
  problemShape,
  statusShape,
  updateShape,
} from "../../../contract/report_shapes.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { sampleDecision, sampleDigests, samplePatch, sampleTarget } from "../../../fakes/sample_decision.ts";

const revision = "c".repeat(40);
const problem: Problem = {
  code: "registry.rate_limited",
  severity: "warning",
  message: "slow down",
  cure: "wait",
  retryAt: testNow + 60_000,
  host: "ghcr.io",
  image: "ghcr.io/you/app",
};
const states: readonly Decision[] = [
  sampleDecision(),
  sampleDecision({ state: "current", selected: null, blockers: [], evidence: null }),
  sampleDecision({ state: "held", selected: null }),
  sampleDecision({ state: "no-match", selected: null, newest: null, evidence: null, tags: [] }),
  sampleDecision({ state: "error", selected: null, newest: null, evidence: null, tags: [], problems: [problem] }),
];

/** What a reader of the JSON gets. */
function asJson(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}

const facts: PlanFacts = {
  plan: planUpdate({ revision, branch: "main" }, [samplePatch("a.yaml")], states),
  at: testNow,
  complete: false,
  deliveries: [{
    group: null,
    delivery: "push",
    base: "main",
    branch: "main",
    subject: "chore(images): update 1 image",
    changes: 1,
    commits: 1,
    state: "planned",
    commit: null,
    url: null,
    number: null,
    attempts: 0,
    problems: [problem],
  }],
  requests: [{ host: "ghcr.io", requests: 3, cached: 1, limit: 100, remaining: 97, resetAt: testNow }],
  problems: [problem],
};

Deno.test("planReport() has the shape of magos.plan/v1", () => {
  const report = planShape.parse(asJson(planReport(facts)));
  const counted = { selected: 1, current: 1, held: 1, noMatch: 1, errors: 1 };
  assert.deepEqual(report.summary, { ...counted, unmanaged: null, excluded: null });
  assert.equal(report.at, "2026-01-20T12:00:00Z");
  assert.deepEqual(report.files[0]?.changes, [
    { line: 3, column: 8, setter: "semver", old: "ghcr.io/you/app:1.0", new: "ghcr.io/you/app:2.0" },
  ]);
  assert.deepEqual(report.requests, [
    { host: "ghcr.io", requests: 3, cached: 1, limit: 100, remaining: 97, resetAt: "2026-01-20T12:00:00Z" },
  ]);
});

Deno.test("planReport() keeps its shape when there is nothing in it", () => {
  const plan = planUpdate({ revision, branch: "main" }, [], []);
  planShape.parse(asJson(planReport({ ...facts, plan, deliveries: [], requests: [], problems: [], complete: true })));
});

Deno.test("updateReport() has the shape of magos.update/v1, with the plan in it", () => {
  for (const result of ["done", "nothing", "partly", "failed", "dry-run"]) {
    const report = updateShape.parse(asJson(updateReport(facts, { id: "r1", result, seconds: 1.5 })));
    assert.equal(report.plan.id, facts.plan.id);
  }
});

Deno.test("decisionReport() has the shape of a decision in every state", () => {
  for (const decision of states) decisionShape.parse(asJson(decisionReport(decision)));
  const shown = decisionShape.parse(asJson(decisionReport(sampleDecision())));
  assert.equal(shown.blockers[0]?.until, "2026-01-20T12:00:05Z");
  assert.deepEqual(shown.evidence?.platforms, ["linux/arm64"]);
  assert.equal(shown.evidence?.ageSeconds, 2);
});

Deno.test("describeRule() says the rule in a few words", () => {
  const { policy } = sampleTarget();
  assert.equal(describeRule(policy), ">=1 <3; for linux/arm/v7; at least 3d old");
  assert.equal(describeRule({ ...policy, range: null, arch: [], minAgeSeconds: null }), "any version");
  assert.match(describeRule({ ...policy, kind: "latest", tag: "stable" }), /the tag stable/);
});

Deno.test("explainReport() has the shape of magos.explain/v1, verdicts counted in a fixed order", () => {
  const unknown = { scannedAt: null, scanComplete: false, past: null, deliveredTo: null, holds: [] };
  const items = states.map((decision) => ({ decision, ...unknown }));
  const report = explainShape.parse(asJson(explainReport("app", testNow, [
    { decision: sampleDecision(), scannedAt: testNow, scanComplete: true, past: null, deliveredTo: null, holds: [] },
    ...items,
  ], [problem])));
  assert.equal(JSON.stringify(report.items[0]?.counts), '{"current":1,"selected":1,"unparsable":2}');
  assert.equal(report.items[0]?.nextChangeAt, "2026-01-20T12:00:05Z");
  assert.equal(report.items[2]?.nextChangeAt, null);
});

Deno.test("nextChangeAt() is the first moment that any blocker may clear", () => {
  const [gate] = sampleDecision().blockers;
  assert.ok(gate);
  const blockers = [{ ...gate, until: 9 }, { ...gate, until: null }, { ...gate, until: 0 }, { ...gate, until: 5 }];
  assert.equal(nextChangeAt(sampleDecision({ blockers })), 0);
  assert.equal(nextChangeAt(sampleDecision({ blockers: [{ ...gate, until: null }] })), null);
  assert.deepEqual(countVerdicts([]), {});
});

Deno.test("holdsReport() has the shape of magos.hold/v1, and status carries the holds", () => {
  const facts = {
    at: testNow,
    image: null,
    holds: [hold],
    added: [],
    removed: [hold],
    delivery: null,
    problems: [problem],
  };
  const report = holdShape.parse(asJson(holdsReport(facts)));
  assert.equal(report.holds[0]?.until, "2026-01-20T12:00:01Z");
  withStore((store) => assert.deepEqual(status(store).holds, report.holds));
});

Deno.test("problemReport() leaves out what does not apply, and errorReport() is magos.error/v1", () => {
  assert.deepEqual(asJson(problemReport({ code: "lock.held", severity: "error", message: "m" })), {
    code: "lock.held",
    severity: "error",
    message: "m",
  });
  assert.deepEqual(problemShape.parse(asJson(problemReport(problem))), { ...problem, retryAt: "2026-01-20T12:01:00Z" });
  errorShape.parse(asJson(errorReport([problem])));
});

function withStore(test: (store: SqliteStore) => void): void {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  try {
    test(store);
  } finally {
    store.close();
  }
}

const hold: Hold = {
  image: "ghcr.io/you/app",
  tag: null,
  digest: null,
  above: "1.5",
  kind: "human",
  reason: "crashes",
  by: "",
  since: testNow,
  until: testNow + 1000,
};

const statusFacts = {
  at: testNow,
  version: "0.1.0",
  host: "pi4",
  url: "https://x/y.git",
  problems: [problem],
  holds: [hold],
  killed: null,
};

function status(store: SqliteStore): ReturnType<typeof statusShape.parse> {
  return statusShape.parse(asJson(statusReport(store, statusFacts)));
}

function run(id: string, minutes: number, result: Run["result"]): Run {
  const started = testNow + minutes * 60_000;
  return {
    id,
    kind: "update",
    trigger: "manual",
    host: "pi4",
    started,
    ended: started + 1000,
    result,
    commit: null,
    changes: [],
    problems: [problem],
  };
}

function record(store: SqliteStore, ended: Run, decisions: readonly Decision[] | null): void {
  store.beginRun(ended);
  store.finishRun(
    ended,
    decisions?.map((decision, index) => ({
      file: decision.target.file,
      setter: "semver",
      line: index + 1,
      since: testNow,
      run: ended.id,
      repository: "ghcr.io/you/app",
      decision: decisionReport(decision),
    })) ?? null,
  );
}

Deno.test("statusReport() has the shape of magos.status/v1 on a fresh state", () =>
  withStore((store) => {
    const report = status(store);
    assert.deepEqual(report.passes, {
      update: { running: false, lastRun: null, lastSuccess: null, lastResult: null, nextRun: null, automations: [] },
      apply: null,
    });
    assert.deepEqual([report.repo.head, report.repo.fetchedAt, report.images], [null, null, []]);
  }));

Deno.test("statusReport() has the shape of magos.status/v1 after a pass, one row per image and rule", () =>
  withStore((store) => {
    store.setMeta("head.seen", `main ${revision}`);
    store.setMeta("head.verified", `main ${revision}`);
    store.saveHostProfile("ghcr.io", {
      auth: "none",
      realm: null,
      service: null,
      pageCap: null,
      headDigest: true,
      pausedUntil: testNow + 24 * 3_600_000,
      quota: null,
    });
    // A pause and a quota that have run out are no news.
    const quota = { host: "docker.io", requests: 0, cached: 0, limit: 100, remaining: 7, resetAt: testNow - 1 };
    const known = store.hostProfile("ghcr.io");
    assert.ok(known);
    store.saveHostProfile("docker.io", { ...known, pausedUntil: testNow - 1, quota });
    store.saveHostProfile("quay.io", {
      ...known,
      quota: { ...quota, host: "quay.io", resetAt: testNow + 24 * 3_600_000 },
    });
    for (const state of ["prepared", "pushed", "superseded", "refused"] as const) {
      store.saveDelivery({
        id: state,
        planId: "p",
        kind: "update",
        delivery: "branch",
        group: null,
        baseBranch: "main",
        branch: "image-updates/2026-w04",
        base: revision,
        lease: null,
        commit: revision,
        commits: 2,
        subject: "s",
        changes: 1,
        state,
        createdAt: testNow,
      });
    }
    record(store, run("r1", 1, "partly"), [...states, sampleDecision()]);
    const report = status(store);
    assert.deepEqual([report.repo.branch, report.repo.head, report.repo.verified], ["main", revision, revision]);
    assert.deepEqual(report.images.map(({ state, targets }) => [state, targets]), [
      ["selected", 2],
      ["current", 1],
      ["held", 1],
      ["no-match", 1],
      ["error", 1],
    ]);
    assert.deepEqual(report.images.map(({ unknownSince }) => unknownSince !== null), [
      false,
      false,
      false,
      false,
      true,
    ]);
    assert.deepEqual(report.deliveries.map(({ state }) => state), ["refused", "stale", "pushed", "planned"]);
    const [first] = report.deliveries;
    assert.deepEqual([first?.delivery, first?.base, first?.branch, first?.commits], [
      "branch",
      "main",
      "image-updates/2026-w04",
      2,
    ]);
    assert.deepEqual(
      report.registries.map(({ host, limit, remaining, pausedUntil }) => [host, limit, remaining, pausedUntil]),
      [
        ["docker.io", 100, null, null],
        ["ghcr.io", null, null, "2026-01-21T12:00:00Z"],
        ["quay.io", 100, 7, "2026-01-21T12:00:00Z"],
      ],
    );
    assert.equal(report.problems.length, 2);
  }));

Deno.test("statusReport() counts a run that failed or was killed for nothing checked", () =>
  withStore((store) => {
    store.saveScan("ghcr.io/you/app", { tags: ["1.0"], scannedAt: testNow + 60_000, dueAt: testNow });
    record(store, run("r1", 1, "nothing"), [sampleDecision()]);
    record(store, run("r2", 2, "failed"), null);
    const failed = status(store);
    assert.deepEqual(
      [failed.passes.update.lastRun, failed.passes.update.lastResult, failed.passes.update.lastSuccess],
      ["2026-01-20T12:02:00Z", "failed", "2026-01-20T12:01:01Z"],
    );
    assert.equal(failed.images[0]?.checkedAt, "2026-01-20T12:01:00Z");
    assert.equal(failed.repo.fetchedAt, "2026-01-20T12:01:00Z");
    store.beginRun(run("r3", 3, "running"));
    const running = status(store);
    assert.equal(running.passes.update.running, true);
    assert.equal(running.images[0]?.checkedAt, "2026-01-20T12:01:00Z");
  }));

Deno.test("statusReport() tells for each image when it was asked, since when it is unknown, and how far it is behind", () =>
  withStore((store) => {
    const { target } = sampleDecision();
    const latest = { ...target, policy: { ...target.policy, name: "latest", kind: "latest" as const } };
    const followed = { name: "ghcr.io/you/app", tag: "latest", digest: sampleDigests.old };
    const newest = { name: "ghcr.io/you/app", tag: "2.0", digest: sampleDigests.new };
    store.saveTag("ghcr.io/you/app", "2.0", sampleDigests.new, testNow - 90_000);
    store.saveTag("ghcr.io/you/app", "latest", sampleDigests.old, testNow - 30_000);
    record(store, run("r1", 1, "nothing"), [
      sampleDecision({ state: "held", selected: null, newest }),
      sampleDecision({ state: "current", target: { ...latest, current: followed }, newest: followed }),
    ]);
    const before = status(store).images;
    assert.deepEqual(before.map(({ checkedAt, unknownSince, lagSeconds }) => [checkedAt, unknownSince, lagSeconds]), [
      [null, null, 90],
      ["2026-01-20T11:59:30Z", null, 0],
    ]);
    store.saveScan("ghcr.io/you/app", { tags: ["1.0"], scannedAt: testNow - 60_000, dueAt: testNow });
    store.saveScanFailure("ghcr.io/you/app", problem, testNow, testNow - 1000);
    const after = status(store).images;
    assert.deepEqual(after.map(({ checkedAt, unknownSince }) => [checkedAt, unknownSince]), [
      ["2026-01-20T11:59:00Z", "2026-01-20T11:59:59Z"],
      ["2026-01-20T11:59:30Z", null],
    ]);
  }));

Deno.test("statusReport() says what each rule asks for and why it came to that, and keeps two rules of one name apart", () =>
  withStore((store) => {
    const other = sampleTarget();
    const wider = { ...other, policy: { ...other.policy, range: ">=3", arch: [], minAgeSeconds: null } };
    const reasons = ["none of 12 tags is in >=3"];
    record(store, run("r1", 1, "partly"), [
      sampleDecision(),
      sampleDecision({ target: wider, state: "no-match", reasons }),
    ]);
    assert.deepEqual(status(store).images.map(({ policy, rule, reasons }) => [policy, rule, reasons]), [
      ["semver", ">=1 <3; for linux/arm/v7; at least 3d old", ["2.0 is the highest allowed version"]],
      ["semver", ">=3", reasons],
    ]);
  }));
