// The apply pass over real git and state, with an engine in memory: what is taken back, on the host and in git.
import assert from "node:assert/strict";
import { readHolds } from "../../src/core/documents/holds.ts";
import { parseTrailers } from "../../src/core/plan/trailers.ts";
import { applyConfig, type ApplyWorld } from "../fakes/apply_world.ts";
import { compose, digest, running, testOf, tree } from "./web_stack.ts";

const [one, two] = [digest("1"), digest("2")];
const test = testOf("apply");

async function message(world: ApplyWorld): Promise<string> {
  return await world.remote.git("log", "-1", "--format=%B", "main");
}

for (const behaviour of ["exits", "loops", "never-healthy"] as const) {
  test(`rolls an image back that ${behaviour}, reverts it in git and holds its digest`, async (world) => {
    world.engine.behaves.set(two, behaviour);
    await world.stack();
    const bad = await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
    const taken = await world.stack();
    assert.equal(taken.state, "rolled-back");
    assert.deepEqual(taken.problems.map(({ code }) => code), ["stack.rolled_back"]);
    assert.notEqual(taken.health?.state, "healthy");
    assert.deepEqual(running(world), ["web 11"]);
    assert.equal(taken.revert?.state, "pushed");
    assert.equal(new TextDecoder().decode(await world.remote.show("main", "stacks/web/compose.yaml")), compose(one));
    const holds = readHolds(new TextDecoder().decode(await world.remote.show("main", ".magos/holds.yaml"))).holds;
    assert.deepEqual(holds?.map(({ image, kind, digest, by }) => [image, kind, digest, by]), [
      ["ghcr.io/you/web", "quarantine", two, "pi4"],
    ]);
    assert.equal((holds?.[0]?.until ?? 0) - (holds?.[0]?.since ?? 0), 30 * 86_400_000);
    const text = await message(world);
    const trailers = parseTrailers(text);
    assert.equal(trailers?.revert, bad);
    assert.deepEqual(trailers?.changes.map(({ from, to }) => [from.tag, to.tag]), [["1.1", "1.0"]]);
    assert.match(text, /> \*\*\* line\n> Magos-Plan: 0000/);
    world.engine.calls.length = 0;
    const next = await world.stack();
    assert.deepEqual([next.state, next.problems], ["current", []], "what runs is what git says again");
    assert.deepEqual(world.engine.calls, ["list"]);
    assert.equal(await world.remote.git("rev-list", "--count", `${bad}..main`), "1");
  });
}

test("takes a person's edit back on the host alone", async (world) => {
  await world.stack();
  const edit = await world.remote.push({ "stacks/web/compose.yaml": compose(one, "1.0", "    command: [broken]\n") });
  world.engine.onUp = (project) => {
    world.engine.behaves.set(one, project.files[0]?.includes("web") && isBroken(world) ? "exits" : "healthy");
  };
  const taken = await world.stack();
  assert.deepEqual([taken.state, taken.revert], ["rolled-back", null]);
  assert.deepEqual(taken.problems.map(({ code }) => code), ["stack.rolled_back", "stack.edited"]);
  assert.equal(await world.remote.revision(), edit);
  const again = await world.stack();
  assert.deepEqual([again.state, again.problems.map(({ code }) => code)], ["rolled-back", ["stack.rolled_back"]]);
});

function isBroken({ folder }: ApplyWorld): boolean {
  return Deno.readTextFileSync(`${folder}/state/stacks/web/stacks/web/compose.yaml`).includes("broken");
}

test("keeps a stack down that was never healthy, and reverts nothing", async (world) => {
  world.engine.behaves.set(one, "exits");
  const before = await world.remote.revision();
  const first = await world.stack();
  assert.deepEqual([first.state, first.problems[0]?.code], ["failed", "stack.stopped"]);
  assert.deepEqual(running(world), []);
  assert.equal(await world.remote.revision(), before);
  world.engine.calls.length = 0;
  assert.equal((await world.stack()).state, "rolled-back");
  assert.deepEqual(world.engine.calls, ["list"]);
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  assert.equal((await world.stack()).state, "deployed");
});

test("never trusts an engine's word: another running digest is a failed start", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  world.engine.onUp = () => {
    world.engine.ignoresImages = isAt(world, two);
  };
  const taken = await world.stack();
  assert.equal(taken.state, "rolled-back");
  assert.match(taken.reason, /runs ghcr\.io\/you\/web/);
  assert.deepEqual(running(world), ["web 11"]);
});

function isAt({ folder }: ApplyWorld, at: string): boolean {
  return Deno.readTextFileSync(`${folder}/state/stacks/web/stacks/web/compose.yaml`).includes(at);
}

for (const rollback of ["local", "none"] as const) {
  test(`with rollback: ${rollback} leaves git alone`, async (world) => {
    world.engine.behaves.set(two, "exits");
    await world.stack();
    const bad = await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
    const taken = await world.stack();
    assert.equal(taken.state, rollback === "local" ? "rolled-back" : "failed");
    assert.deepEqual(running(world), [rollback === "local" ? "web 11" : "web 22"]);
    assert.equal(await world.remote.revision(), bad);
  }, { ...tree, "magos.yaml": applyConfig.replace("apply: {", `apply: { rollback: ${rollback},`) });
}

test("leaves git alone when what ran before is not healthy any more either", async (world) => {
  await world.stack();
  const bad = await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  world.engine.behaves.set(one, "exits").set(two, "exits");
  const failed = await world.stack();
  assert.deepEqual([failed.state, failed.problems[0]?.code], ["failed", "stack.rollback_failed"]);
  await world.stack();
  assert.equal(await world.remote.revision(), bad, "not in a later pass either");
});

test("starts what was last good again while it waits for git", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  assert.equal((await world.stack()).state, "rolled-back");
  for (const id of world.engine.containers.keys()) world.engine.containers.delete(id);
  const again = await world.stack();
  assert.deepEqual([again.state, again.action, running(world)], ["rolled-back", "repair", ["web 11"]]);
  world.engine.calls.length = 0;
  await world.stack();
  assert.deepEqual(world.engine.calls, ["list"]);
}, { ...tree, "magos.yaml": applyConfig.replace("apply: {", "apply: { rollback: local,") });

test("knows from labels what was last good when its state is lost", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  world.store.forgetStack("web");
  const taken = await world.stack();
  assert.deepEqual([taken.state, running(world)], ["rolled-back", ["web 11"]]);
  assert.equal(taken.revert?.state, "pushed");
});

test("reverts the same content again when it is brought back and fails again", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  const bad = compose(two, "1.1");
  await world.remote.push({ "stacks/web/compose.yaml": bad });
  assert.equal((await world.stack()).revert?.state, "pushed");
  assert.equal((await world.stack()).state, "current");
  await world.remote.push({ "stacks/web/compose.yaml": bad, ".magos/holds.yaml": "holds: []\n" });
  const again = await world.stack();
  assert.deepEqual([again.state, again.revert?.state], ["rolled-back", "pushed"]);
});

for (const end of [0, 143]) {
  test(`starts what was last good again after a reboot that it ended by itself, with ${end}`, async (world) => {
    world.engine.behaves.set(two, "exits");
    await world.stack();
    await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
    assert.equal((await world.stack()).state, "rolled-back");
    stop(world, end);
    await world.stack();
    assert.deepEqual([...world.engine.containers.values()].map(({ state }) => state), ["running"]);
    assert.deepEqual(running(world), ["web 11"]);
  }, { ...tree, "magos.yaml": applyConfig.replace("apply: {", "apply: { rollback: local,") });
}

function stop({ engine }: ApplyWorld, exitCode: number): void {
  for (const [id, it] of engine.containers) engine.containers.set(id, { ...it, state: "exited", exitCode });
}

test("starts what ran before while a change waits for the registry", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  world.engine.offline = true;
  assert.equal((await world.stack()).problems[0]?.code, "engine.pull_failed");
  world.engine.offline = false;
  stop(world, 0);
  const waiting = await world.stack();
  assert.deepEqual([waiting.state, waiting.waitsFor, waiting.action], ["waiting", "retry", "repair"]);
  assert.deepEqual([...world.engine.containers.values()].map(({ state }) => state), ["running"]);
  assert.deepEqual(running(world), ["web 11"]);
});

test("starts what ran before while a change waits for its window", async (world) => {
  await world.stack();
  await world.remote.push({
    "stacks/web/compose.yaml": compose(two, "1.1"),
    "magos.yaml": applyConfig.replace("apply: {", "apply: { window: [{ days: [wed], from: '01:00', to: '02:00' }],"),
  });
  stop(world, 0);
  const waiting = await world.stack();
  assert.deepEqual([waiting.state, waiting.waitsFor, waiting.action], ["waiting", "window", "repair"]);
  assert.deepEqual(running(world), ["web 11"]);
  world.engine.calls.length = 0;
  await world.stack();
  assert.deepEqual(world.engine.calls, ["list"]);
});

test("delivers a revert that was refused once the right is given, and asks for it once an hour", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  const bad = await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  const asked = `${world.folder}/asked`;
  const refusal = `echo x >> '${asked}'\necho 'GH006: Protected branch update failed' >&2\nexit 1`;
  await world.remote.hook("pre-receive", refusal);
  const times = (): number => Deno.readTextFileSync(asked).split("\n").length - 1;
  const refused = await world.stack();
  assert.deepEqual([refused.state, refused.revert?.state], ["rolled-back", "refused"]);
  assert.equal(times(), 1);
  const waiting = await world.stack();
  assert.deepEqual([waiting.state, waiting.revert, times()], ["rolled-back", null, 1]);
  const told = waiting.problems.find(({ message }) => message.includes("git does not know yet"));
  assert.equal(told?.severity, "warning");
  assert.equal((told?.retryAt ?? 0) > world.clock.now(), true);
  world.clock.advance(3_600_000);
  assert.deepEqual([(await world.stack()).revert?.state, times()], ["refused", 2]);
  await world.remote.hook("pre-receive", "exit 0");
  assert.equal((await world.stack()).revert, null, "the hour is not over");
  assert.equal((await world.stack("web", { impatient: true })).revert?.state, "pushed", "a person does not wait");
  assert.equal(await world.remote.git("rev-list", "--count", `${bad}..main`), "1");
  assert.deepEqual([(await world.stack()).state, running(world)], ["current", ["web 11"]]);
});

test("delivers it without being asked as well", async (world) => {
  world.engine.behaves.set(two, "exits");
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  await world.remote.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2\nexit 1");
  assert.equal((await world.stack()).revert?.state, "refused");
  await world.remote.hook("pre-receive", "exit 0");
  world.clock.advance(3_600_000);
  assert.equal((await world.stack()).revert?.state, "pushed");
});

test("takes back what was begun when git returns to what is known to be bad", async (world) => {
  const [bad, begun] = [compose(two, "1.1"), compose(digest("3"), "1.2")];
  world.engine.behaves.set(two, "exits");
  await world.remote.push({ "magos.yaml": applyConfig.replace("apply: {", "apply: { rollback: local,") });
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": bad });
  assert.equal((await world.stack()).state, "rolled-back");
  await world.remote.push({ "stacks/web/compose.yaml": begun });
  assert.ok(await world.killedAfter("started"));
  assert.deepEqual(running(world), ["web 33"]);
  await world.remote.push({ "stacks/web/compose.yaml": bad });
  await world.stack();
  assert.deepEqual(running(world), ["web 11"], "nobody ever saw the other one healthy");
});
