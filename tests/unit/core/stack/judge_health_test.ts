// The health of a stack by what its containers tell at one moment.
import assert from "node:assert/strict";
import type { Container } from "../../../../src/core/ports/engine.ts";
import { judgeHealth } from "../../../../src/core/stack/judge_health.ts";
import { contentOf, runningAfter } from "../../../fakes/stack_tree.ts";

const content = contentOf({
  "stacks/web/compose.yaml": "services:\n  web: { image: a/web }\n  job: { image: a/job, restart: 'no' }\n",
});
const [job, web] = runningAfter(content).toSorted((a, b) => a.service < b.service ? -1 : 1) as [Container, Container];

function state(changed: Partial<Container>, before = 0): readonly unknown[] {
  const look = judgeHealth(content, [job, { ...web, ...changed }], new Map([[web.id, before]]));
  return [look.state, look.isOver];
}

Deno.test("judgeHealth() takes what runs for healthy unless its check says otherwise", () => {
  assert.deepEqual(state({}), ["healthy", false]);
  assert.deepEqual(state({ health: "healthy" }), ["healthy", false]);
  assert.deepEqual(state({ health: "starting" }), ["starting", false]);
  assert.deepEqual(state({ health: "unhealthy" }), ["unhealthy", false]);
  assert.deepEqual(state({ state: "paused" }), ["unhealthy", false]);
});

Deno.test("judgeHealth() waits for what is made or restarting, and counts restarts since the start alone", () => {
  assert.deepEqual(state({ state: "created" }), ["starting", false]);
  assert.deepEqual(state({ state: "restarting", restarts: 2 }), ["starting", false]);
  assert.deepEqual(state({ state: "running", restarts: 3 }), ["looping", true]);
  assert.deepEqual(state({ state: "running", restarts: 9 }, 7), ["healthy", false]);
});

Deno.test("judgeHealth() takes an end for one, also with success, unless it is a job's", () => {
  assert.deepEqual(state({ state: "exited", exitCode: 1 }), ["exited", false]);
  assert.deepEqual(state({ state: "dead", exitCode: null }), ["exited", false]);
  const gone = judgeHealth(content, [job], new Map());
  assert.deepEqual([gone.state, gone.message], ["exited", "web: no container is there"]);
  const foreign = judgeHealth(content, [job, { ...web, project: "other" }], new Map());
  assert.equal(foreign.state, "exited", "another project's container is none of ours");
});

Deno.test("judgeHealth() tells the worst of several", () => {
  const look = judgeHealth(content, [
    { ...job, health: "starting" },
    { ...web, state: "exited", exitCode: 2 },
    { ...web, id: "2", name: "web_2", restarts: 5 },
  ], new Map());
  assert.deepEqual([look.state, look.container?.name], ["looping", "web_2"]);
});
