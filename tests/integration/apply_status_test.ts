// What `status` says of stacks after apply passes over real git and state: what each waits for, why, and how it does.
import assert from "node:assert/strict";
import { renderStatus } from "../../src/cli/render/status_text.ts";
import { stacksReport } from "../../src/core/report/status_stacks.ts";
import { applyConfig, type ApplyWorld } from "../fakes/apply_world.ts";
import { must } from "../fakes/git_setup.ts";
import { testSystem } from "../fakes/test_system.ts";
import { compose, digest, testOf, tree } from "./web_stack.ts";

const [one, two] = [digest("1"), digest("2")];
const test = testOf("status");

const next = { "stacks/web/compose.yaml": compose(two, "1.1") };

/** It is noon on a Tuesday. */
const closed = applyConfig.replace("apply: {", "apply: { window: [{ days: [tue], from: '22:00', to: '23:00' }],");

interface Row {
  readonly state: string;
  readonly waitsFor: string | null;
  readonly reason: string | null;
  readonly until: string | null;
  readonly wanted: string;
  readonly running: string | null;
  readonly health: { readonly state: string; readonly message: string } | null;
}

function rowOf({ store }: ApplyWorld, name = "web"): Row {
  const found = stacksReport(store.stacks()).find((row) => row["name"] === name);
  assert.ok(found, `no ${name}`);
  return found as unknown as Row;
}

function told(world: ApplyWorld, name = "web"): readonly unknown[] {
  const { state, waitsFor, reason, health } = rowOf(world, name);
  return [state, waitsFor, reason, health?.state ?? null];
}

test("says that a stack waits for its window, until when, and how what runs does", async (world) => {
  await world.stack();
  assert.deepEqual(told(world), ["current", null, null, "healthy"]);
  const running = rowOf(world).running;
  const wanted = await world.remote.push({ ...next, "magos.yaml": closed });
  await world.stack();
  assert.deepEqual(told(world), ["waiting", "window", "its window is closed", "healthy"]);
  const row = rowOf(world);
  assert.deepEqual([row.wanted, row.running, row.until], [wanted, running, "2026-01-20T22:00:00Z"]);
  const text = renderStatus({ ...testSystem(world.folder, {}).system, clock: world.clock }, world.store, [], null);
  assert.match(text, /web +waiting +healthy .*its window is closed; waits for window until 2026-01-20T22:00:00Z/);
});

test("says it of a stack that never ran here, and forgets it when it leaves git", async (world) => {
  await world.stack();
  assert.deepEqual(told(world), ["waiting", "window", "its window is closed", null]);
  assert.equal(rowOf(world).running, null);
  const again = must(await world.pass());
  assert.deepEqual([again.result, again.report.stacks[0]?.waitsFor], ["nothing", "window"]);
  await world.remote.push({ "magos.yaml": "apps: []\n" });
  assert.deepEqual(must(await world.pass()).report.stacks, [], "nothing of it is there to be removed");
  assert.deepEqual(world.store.stacks(), []);
}, { ...tree, "magos.yaml": closed });

test("says what was taken over though it waited first, and recalls what its containers say", async (world) => {
  await world.stack();
  world.store.forgetStack("web");
  await world.remote.push({ ...next, "magos.yaml": closed });
  await world.stack();
  assert.equal(told(world)[1], "window");
  world.engine.behaves.set(two, "exits");
  world.clock.advance(10.5 * 3_600_000);
  assert.equal((await world.stack()).state, "rolled-back", "the labels say what was last good");
});

test("says that a stack is held by a quarantine", async (world) => {
  await world.stack();
  await world.remote.push({
    ...next,
    ".magos/holds.yaml": `holds:\n  - image: ghcr.io/you/web\n    digest: ${two}\n    kind: quarantine\n` +
      "    reason: it exited\n    since: 2026-01-01T00:00:00Z\n",
  });
  await world.stack();
  const [state, waitsFor, reason, health] = told(world);
  assert.deepEqual([state, waitsFor, health], ["held", "hold", "healthy"]);
  assert.match(String(reason), /the image of web is quarantined/);
});

test("calls what runs healthy though the next version cannot be pulled, and tells why that waits", async (world) => {
  await world.stack();
  await world.remote.push(next);
  world.engine.offline = true;
  await world.stack();
  assert.deepEqual(told(world), ["failed", "retry", "no route", "healthy"]);
  await world.stack();
  assert.deepEqual(told(world), ["failed", "retry", "no route", "healthy"]);
  assert.equal(rowOf(world).until, "2026-01-20T12:01:02Z");
});

test("tells how what runs does, not how what was taken back did", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  await world.remote.push(next);
  await world.stack();
  const [state, waitsFor, reason, health] = told(world);
  assert.deepEqual([state, waitsFor, health], ["rolled-back", "git", "healthy"]);
  assert.match(String(reason), /ended with code 7/);
  await world.stack();
  assert.deepEqual(told(world), ["rolled-back", "git", reason, "healthy"]);
}, { ...tree, "magos.yaml": applyConfig.replace("apply: {", "apply: { rollback: local,") });

test("tells of a health check that fails though the stack is as git says", async (world) => {
  await world.stack();
  const [id, container] = [...world.engine.containers][0] ?? [];
  assert.ok(id !== undefined && container !== undefined);
  world.engine.containers.set(id, { ...container, health: "unhealthy" });
  const pass = must(await world.pass());
  assert.equal(pass.result, "nothing");
  const { state, health } = rowOf(world);
  assert.deepEqual([state, health?.state, health?.message], [
    "current",
    "unhealthy",
    "the health check of web_web_1 fails",
  ]);
  world.engine.containers.set(id, container);
  await world.pass();
  assert.equal(rowOf(world).health?.state, "healthy");
});

test("says that nothing runs of a stack that was never healthy", async (world) => {
  world.engine.behaves.set(one, "exits");
  await world.stack();
  const [state, waitsFor, , health] = told(world);
  assert.deepEqual([state, waitsFor, health], ["failed", "git", null]);
});

test("writes no row of a stack that nothing is new of", async (world) => {
  await world.stack();
  await world.pass();
  const written: string[] = [];
  const save = world.store.saveStack.bind(world.store);
  world.store.saveStack = (row) => {
    written.push(row.name);
    save(row);
  };
  await world.pass();
  await world.remote.push({ "README.md": "other" });
  await world.pass();
  assert.deepEqual(written, []);
});

test("tells which other stack a stack waits for", async (world) => {
  await world.stack("db");
  assert.deepEqual(told(world).slice(0, 2), ["waiting", "db"]);
}, {
  ...tree,
  "magos.yaml":
    "apply: { health: { settle: 0s } }\napps:\n  - { name: web, compose: stacks/web/compose.yaml, after: [db] }\n" +
    "  - { name: db, compose: stacks/db/compose.yaml, window: [{ days: [tue], from: '22:00', to: '23:00' }] }\n",
  "stacks/db/compose.yaml": "services:\n  db:\n    image: ghcr.io/you/db:1\n",
});
