import assert from "node:assert/strict";
import { foldQuiet, type RunView } from "../../../../src/daemon/http/run_table.tsx";

function run(kind: string, result: string, more: Partial<RunView> = {}): RunView {
  const started = "2026-01-20T12:00:00Z";
  return {
    kind,
    result,
    trigger: "schedule",
    started,
    seconds: 1,
    commit: null,
    changes: [],
    deliveries: [],
    problems: [],
    ...more,
  };
}

function sizes(runs: readonly RunView[]): readonly string[] {
  return foldQuiet(runs).map((group) => `${group[0].kind} ${group.length}`);
}

Deno.test("foldQuiet() puts neighbours that found nothing to do into one group", () => {
  const quiet = run("apply", "nothing");
  assert.deepEqual(sizes([quiet, quiet, run("apply", "done"), quiet]), ["apply 2", "apply 1", "apply 1"]);
  assert.deepEqual(sizes([]), []);
});

Deno.test("foldQuiet() keeps passes of another kind and passes with problems apart", () => {
  const [apply, update] = [run("apply", "nothing"), run("update", "nothing")];
  const troubled = run("apply", "nothing", { problems: [{ severity: "warning", message: "slow" }] });
  assert.deepEqual(sizes([apply, update, apply]), ["apply 1", "update 1", "apply 1"]);
  assert.deepEqual(sizes([apply, troubled, apply]), ["apply 1", "apply 1", "apply 1"]);
  assert.deepEqual(sizes([run("apply", "failed"), run("apply", "failed")]), ["apply 1", "apply 1"]);
});
