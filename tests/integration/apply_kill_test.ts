// An apply pass killed after each of its steps: the next one ends well, and nothing is done twice in git.
import assert from "node:assert/strict";
import { failure } from "../../src/core/model/problem.ts";
import { type ApplyWorld, withApplyWorld } from "../fakes/apply_world.ts";
import { must } from "../fakes/git_setup.ts";
import { compose, digest, tree } from "./web_stack.ts";

const [one, two] = [digest("1"), digest("2")];

function running({ engine }: ApplyWorld): readonly string[] {
  return [...engine.containers.values()].map((it) => `${it.digests[0]?.slice(7, 9)} ${it.state}`);
}

async function update(world: ApplyWorld): Promise<string> {
  assert.equal((await world.stack()).state, "deployed");
  return await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
}

for (const step of ["planned", "deploying", "decrypted", "pulled", "switched", "started", "probing", "settled"]) {
  Deno.test(`apply killed after "${step}" of a deployment is finished by the next pass`, () =>
    withApplyWorld(tree, async (world) => {
      const head = await update(world);
      assert.ok(await world.killedAfter(step));
      assert.ok(running(world).every((it) => it.endsWith("running")), "nothing is down in between");
      const next = must(await world.pass());
      assert.deepEqual(next.report.problems, []);
      assert.deepEqual(running(world), ["22 running"]);
      const [row] = world.store.stacks();
      assert.deepEqual([row?.phase, row?.lastGood?.revision, row?.interruptions], ["settled", head, 0]);
      assert.equal(must(await world.pass()).result, "nothing");
      assert.equal(await world.remote.revision(), head);
    }));
}

const wayBack = ["rolling-back", "restored", "rolled-back", "committed", "prepared", "pushed", "confirmed", "reverted"];

for (const step of wayBack) {
  Deno.test(`apply killed after "${step}" of a roll-back is finished by the next pass, with one revert`, () =>
    withApplyWorld(tree, async (world) => {
      const bad = await update(world);
      world.engine.behaves.set(two, "exits");
      assert.ok(await world.killedAfter(step));
      must(await world.pass());
      assert.deepEqual(running(world), ["11 running"]);
      assert.equal(await world.remote.git("rev-list", "--count", `${bad}..main`), "1");
      const text = new TextDecoder().decode(await world.remote.show("main", "stacks/web/compose.yaml"));
      assert.equal(text, compose(one, "1.0"));
      const settled = must(await world.pass());
      assert.deepEqual([settled.result, settled.report.stacks[0]?.state], ["nothing", "current"]);
      assert.ok(
        !world.engine.calls.slice(world.engine.calls.lastIndexOf("list") + 1).some((it) => it.startsWith("up")),
      );
    }));
}

Deno.test("apply killed while it removes a stack removes the rest in the next pass", () =>
  withApplyWorld(tree, async (world) => {
    await world.stack();
    await world.remote.push({ "magos.yaml": "apps: []\n" });
    assert.ok(await world.killedAfter("removed"));
    must(await world.pass());
    assert.deepEqual([running(world), world.store.stacks()], [[], []]);
  }));

Deno.test("apply takes a hash back whose deployment was interrupted three times", () =>
  withApplyWorld(tree, async (world) => {
    await update(world);
    for (let time = 0; time < 3; time++) assert.ok(await world.killedAfter("started"));
    const taken = await world.stack();
    assert.deepEqual([taken.state, taken.reason], ["rolled-back", "it was interrupted 3 times"]);
    assert.deepEqual(running(world), ["11 running"]);
  }));

Deno.test("apply that is told to stop while it watches goes on in the next pass, however often", () =>
  withApplyWorld(tree, async (world) => {
    await update(world);
    for (let time = 0; time < 4; time++) {
      const stop = new AbortController();
      world.engine.onUp = () => stop.abort();
      const stopped = must(await world.pass({}, { stop: stop.signal }));
      assert.deepEqual(stopped.report.problems.map(({ code }) => code), ["pass.interrupted"]);
    }
    world.engine.onUp = () => {};
    assert.equal((await world.stack()).state, "deployed");
    assert.deepEqual(running(world), ["22 running"]);
  }));

Deno.test("apply deploys what git says when it comes back, not what it was about", () =>
  withApplyWorld(tree, async (world) => {
    await update(world);
    assert.ok(await world.killedAfter("probing"));
    await world.remote.push({ "stacks/web/compose.yaml": compose(one, "1.0") });
    assert.equal((await world.stack()).state, "deployed");
    assert.deepEqual(running(world), ["11 running"]);
  }));

Deno.test("apply delivers its revert although somebody pushed first", () =>
  withApplyWorld(tree, async (world) => {
    const bad = await update(world);
    world.engine.behaves.set(two, "exits");
    assert.ok(await world.killedAfter("prepared"));
    await world.remote.push({ "notes.md": "meanwhile\n" });
    must(await world.pass());
    const subjects = (await world.remote.git("log", "--format=%s", `${bad}..main`)).split("\n");
    assert.deepEqual(subjects, ["revert(images): take back 1 image of web", "by hand"]);
  }));

for (const step of ["switched", "rolling-back"]) {
  Deno.test(`apply killed after "${step}" brings the folder back too when git goes back meanwhile`, () =>
    withApplyWorld({ ...tree, "stacks/web/conf/a": "old" }, async (world) => {
      const mounted = (conf: string): Record<string, string> => ({
        "stacks/web/compose.yaml": `${compose(one, "1.0")}    volumes: ["./conf:/conf"]\n`,
        "stacks/web/conf/a": conf,
      });
      await world.remote.push(mounted("old"));
      assert.equal((await world.stack()).state, "deployed");
      await world.remote.push(mounted("new"));
      if (step === "rolling-back") {
        world.engine.onUp = () => void world.engine.behaves.set(one, readConf(world) === "new" ? "exits" : "healthy");
      }
      assert.equal(await world.killedAfter(step), true);
      await world.remote.push(mounted("old"));
      await world.stack();
      assert.equal(readConf(world), "old");
      assert.equal((await world.stack()).state, "current");
    }));
}

function readConf({ folder }: ApplyWorld): string {
  return Deno.readTextFileSync(`${folder}/state/stacks/web/stacks/web/conf/a`);
}

Deno.test("apply does not blame an image for an engine that does not answer while it is watched", () =>
  withApplyWorld(tree, async (world) => {
    await update(world);
    const { list } = world.engine;
    for (let round = 0; round < 4; round++) {
      let lists = 0;
      // One before the plan, one after the start; then the watch begins.
      world.engine.list = (signal) =>
        ++lists > 2 ? Promise.resolve(failure("engine.timeout", "no answer")) : list(signal);
      const failed = await world.stack();
      assert.deepEqual([failed.state, failed.problems.map(({ code }) => code)], ["failed", ["engine.timeout"]]);
    }
    world.engine.list = list;
    assert.equal((await world.stack()).state, "deployed");
    assert.deepEqual(running(world), ["22 running"]);
  }));
