import assert from "node:assert/strict";
import { success } from "../../../src/core/model/problem.ts";
import { watchHealth } from "../../../src/reconcile/watch_health.ts";
import { fakeEngine } from "../../fakes/fake_engine.ts";
import { manualClock } from "../../fakes/manual_clock.ts";
import { contentOf, runningAfter } from "../../fakes/stack_tree.ts";

const content = contentOf({ "stacks/web/compose.yaml": "services: { web: { image: 'web:1', restart: always } }" });

/** Watches a container that its engine starts again every so many seconds. */
async function watched(everySeconds: number | null, countsRestarts: boolean) {
  const clock = manualClock();
  const [container] = runningAfter(content);
  assert.ok(container !== undefined);
  const engine = fakeEngine(clock.now);
  engine.list = () => {
    const round = everySeconds === null ? 0 : Math.floor(clock.monotonic() / 1000 / everySeconds);
    return Promise.resolve(success([{ ...container, restarts: countsRestarts ? round : 0, startedAt: round }]));
  };
  const probe = { http: () => Promise.resolve(success(undefined)), tcp: () => Promise.resolve(success(undefined)) };
  const ports = { engine, probe, clock, mask: (text: string) => text, stop: new AbortController().signal };
  const health = await watchHealth(ports, content, new Map());
  assert.ok(health.ok && health.value !== null);
  return { state: health.value.state, seconds: clock.monotonic() / 1000 };
}

Deno.test("watchHealth() is content with what runs for the time to settle", async () => {
  const { state, seconds } = await watched(null, true);
  assert.deepEqual([state, seconds >= 30 && seconds < 36], ["healthy", true]);
});

Deno.test("watchHealth() takes a container for looping that never lives as long as the time to settle", async () => {
  assert.equal((await watched(20, true)).state, "looping");
});

Deno.test("watchHealth() does not watch for ever where restarts are not counted", async () => {
  const { state, seconds } = await watched(4, false);
  assert.deepEqual([state === "healthy", seconds < 400], [false, true]);
});
