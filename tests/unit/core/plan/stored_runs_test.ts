// The past as the state remembers it: which delivery belongs to which pass, and changes without a line.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";
import { deployedChanges } from "../../../../src/core/plan/deployed_changes.ts";
import { storedRuns } from "../../../../src/core/plan/stored_runs.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

Deno.test("storedRuns() gives the update its delivery, and the apply pass of the same commit what it deployed", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  const commit = "a".repeat(40);
  const ref = { name: "ghcr.io/you/web", tag: "1.1", digest: null };
  const deployed = { name: "web", state: "deployed", images: [{ service: "web", ref }] };
  for (const [at, kind] of (["update", "apply"] as const).entries()) {
    const started = testNow + at * 1000;
    const row = { id: kind, kind, trigger: "manual", host: "pi4", started };
    store.beginRun(row);
    const changes = kind === "apply" ? deployedChanges(deployed, new Map()) : [];
    store.finishRun({ ...row, ended: started + 10, result: "done", commit, changes, problems: [] }, null);
  }
  store.saveDelivery({
    ...{ id: "d", planId: "p", kind: "update", delivery: "push", group: null, baseBranch: "main", base: commit },
    ...{ branch: "main", lease: commit, commit, commits: 1, subject: "s", changes: 1, state: "pushed" },
    createdAt: testNow - 5000,
  });
  const { runs } = storedRuns(store, { limit: 10, since: null, filter: null }, null);
  assert.deepEqual(runs.map(({ kind, deliveries }) => [kind, deliveries.length]), [["apply", 0], ["update", 1]]);
  assert.deepEqual(runs[0]?.changes.map(({ setter, line, old }) => [setter, line, old]), [["stack:web/web", null, ""]]);
  store.close();
});

Deno.test("deployedChanges() tells only images that are others than before, and only of what was deployed", () => {
  const ref = { name: "a/web", tag: "1", digest: null };
  const images = [{ service: "web", ref }];
  const before = new Map([["web", { written: ref, digests: [] }]]);
  assert.deepEqual(deployedChanges({ name: "web", state: "deployed", images }, before), []);
  assert.deepEqual(deployedChanges({ name: "web", state: "rolled-back", images }, new Map()), []);
  const gone = deployedChanges({ name: "web", state: "removed", images: [] }, before);
  assert.deepEqual(gone.map(({ image, setter, old, new: next }) => [image, setter, old, next]), [
    ["a/web", "stack:web/web", "a/web:1", ""],
  ]);
});

Deno.test("storedRuns() tells each trouble of a stack once, and nothing of another's", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  const trouble = (stack: string, message: string): Problem => ({
    code: "stack.rolled_back",
    severity: "error",
    stack,
    message,
  });
  const runs: readonly (readonly [string, readonly Problem[]])[] = [
    ["a", [trouble("db", "x")]],
    ["b", [trouble("web", "x"), trouble("db", "x")]],
    ["c", [trouble("web", "x")]],
    ["d", []],
    ["e", [trouble("web", "x")]],
  ];
  for (const [at, [id, problems]] of runs.entries()) {
    const row = { id, kind: "apply" as const, trigger: "manual", host: "pi4", started: testNow + at * 1000 };
    store.beginRun(row);
    store.finishRun({ ...row, ended: row.started + 10, result: "partly", commit: null, changes: [], problems }, null);
  }
  const past = storedRuns(store, { limit: 10, since: null, filter: () => true, stack: "web" }, null);
  assert.deepEqual(past.runs.map(({ id, problems }) => [id, problems.map(({ stack }) => stack)]), [
    ["e", ["web"]],
    ["b", ["web"]],
  ]);
  store.close();
});
