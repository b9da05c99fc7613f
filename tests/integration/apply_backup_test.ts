// Volumes exported before a deployment and given back by a roll-back, over real git, state and folders; the engine is in
// memory. What a pass killed at any step leaves is what the next one goes on with (contracts.md 4.3, rows 5 and 11).
import assert from "node:assert/strict";
import { applyConfig, type ApplyWorld, withApplyWorld } from "../fakes/apply_world.ts";
import { must } from "../fakes/git_setup.ts";

const [one, two, three] = ["1", "2", "3"].map((mark) => `sha256:${mark.repeat(64)}`) as [string, string, string];
const file = "stacks/web/compose.yaml";

const compose = (tag: string, at: string, volume = "data: {}"): string =>
  `services:
  web:
    image: ghcr.io/you/web:${tag}@${at} # {"magos": {"policy": "semver"}}
    volumes: ["data:/data"]
volumes: { ${volume} }
`;

const tree = { "magos.yaml": applyConfig, [file]: compose("1.0", one) };

interface Home extends ApplyWorld {
  readonly dir: string;
  /** Names of what the stack's folder holds. */
  exports(): Promise<readonly string[]>;
  held(): string | undefined;
}

/** `1.0` runs and has written "old"; whatever starts from `2.0` on turns it into "new". */
function test(name: string, body: (home: Home) => Promise<void>, rule = "before: major, keep: 2"): void {
  Deno.test(`apply.backup: ${name}`, () =>
    withApplyWorld(tree, async (world) => {
      const dir = `${world.folder}/exports`;
      await Deno.mkdir(dir);
      await world.remote.push({
        "magos.yaml": applyConfig.replace("apply: {", `apply: { backup: { dir: ${dir}, ${rule} },`),
      });
      assert.equal((await world.stack()).state, "deployed");
      world.engine.volumesHold.set("web_data", "old");
      world.engine.onUp = async (project) => {
        const text = await Deno.readTextFile(project.files[0] ?? "");
        if (!text.includes("web:1.")) world.engine.volumesHold.set("web_data", "new");
      };
      world.engine.calls.length = 0;
      await body({
        ...world,
        dir,
        async exports() {
          const names = [];
          for await (const { name } of Deno.readDir(`${dir}/web`)) names.push(name);
          return names.sort();
        },
        held: () => world.engine.volumesHold.get("web_data"),
      });
    }));
}

function acts({ engine }: ApplyWorld): readonly string[] {
  return engine.calls.filter((call) => !/^(list|prune)/.test(call)).map((call) => call.replace(/@sha256.*/, ""));
}

function running({ engine }: ApplyWorld): readonly string[] {
  return [...engine.containers.values()].map((it) => `${it.digests[0]?.slice(7, 9)} ${it.state}`);
}

test("a new major version is pulled, then the stack is stopped, exported and started", async (home) => {
  const head = await home.remote.push({ [file]: compose("2.0", two) });
  const done = await home.stack();
  assert.deepEqual([done.state, done.problems], ["deployed", []]);
  assert.deepEqual(acts(home), ["pull ghcr.io/you/web:2.0", "stop web_web_1", "export web_data", "up web [web]"]);
  assert.deepEqual(done.steps.map(({ kind, subject, state }) => `${kind} ${subject} ${state}`).slice(1, 4), [
    "stop web done",
    "export web_data done",
    "switch stacks/web done",
  ]);
  assert.equal(done.steps[2]?.message, "web: 1.0 and 2.0 are different major versions");
  const [name = "", ...others] = await home.exports();
  assert.deepEqual([others, name.split("-before-")[1]], [[], head.slice(0, 12)]);
  const tar = `${home.dir}/web/${name}/web_data.tar`;
  assert.equal(await Deno.readTextFile(tar), "old");
  assert.deepEqual(
    [tar, `${home.dir}/web/${name}`, `${home.dir}/web`].map((path) => (Deno.statSync(path).mode ?? 0) & 0o777),
    [0o600, 0o700, 0o700],
  );
  assert.equal(home.store.stacks()[0]?.backup, null, "nothing is owed once it has settled");
});

test("a minor version, a repair and a pass without news export nothing", async (home) => {
  await home.remote.push({ [file]: compose("1.1", two) });
  assert.equal((await home.stack()).state, "deployed");
  home.engine.containers.clear();
  assert.equal((await home.stack()).state, "repaired");
  assert.equal((await home.stack()).state, "current");
  assert.ok(!acts(home).some((call) => /^(stop|export)/.test(call)), acts(home).join());
});

test("with `always` every deployment exports, and the newest ones are kept", async (home) => {
  for (const [at, tag] of ["1.1", "1.2", "1.3"].entries()) {
    home.clock.advance(60_000);
    home.engine.volumesHold.set("web_data", `${at}`);
    await home.remote.push({ [file]: compose(tag, [two, three, one][at] ?? one) });
    assert.equal((await home.stack()).state, "deployed");
  }
  const held = await Promise.all(
    (await home.exports()).map((name) => Deno.readTextFile(`${home.dir}/web/${name}/web_data.tar`)),
  );
  assert.deepEqual(held, ["1", "2"]);
}, "before: always, keep: 2");

test("an image that is not healthy goes back, and the volume holds again what it held", async (home) => {
  home.engine.behaves.set(two, "exits");
  await home.remote.push({ [file]: compose("2.0", two) });
  const done = await home.stack();
  assert.deepEqual([done.state, done.problems.map(({ code }) => code)], ["rolled-back", ["stack.rolled_back"]]);
  assert.match(done.problems[0]?.message ?? "", /its volumes as they were before \(\/.*\/exports\/web\/\d{8}T\d{6}Z-/);
  assert.deepEqual([home.held(), running(home)], ["old", ["11 running"]]);
  const order = acts(home);
  assert.ok(order.indexOf("import web_data") > order.indexOf("export web_data"));
  assert.equal(order.at(order.indexOf("import web_data") + 1), "up web [web]");
  assert.equal((await home.stack()).state, "current");
  assert.equal(acts(home).filter((call) => call === "import web_data").length, 1);
});

test("a volume that the deployment was not exported for keeps what it holds", async (home) => {
  home.engine.behaves.set(two, "exits");
  home.engine.volumesHold.set("web_other", "untouched");
  await home.remote.push({ [file]: compose("1.1", two) });
  home.engine.onUp = () => void home.engine.volumesHold.set("web_data", "written by 1.1");
  assert.equal((await home.stack()).state, "rolled-back");
  assert.deepEqual([home.held(), home.engine.volumesHold.get("web_other")], ["written by 1.1", "untouched"]);
});

test("what cannot be exported is not deployed: it runs as before, and half an export is gone", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  home.engine.refuses = "podman volume: write /exports: no space left on device";
  const done = await home.stack();
  assert.deepEqual([done.state, done.problems.map(({ code }) => code)], ["failed", ["stack.not_exported"]]);
  assert.match(done.problems[0]?.message ?? "", /no space left on device; it runs as before$/);
  assert.match(done.problems[0]?.cure ?? "", /make room/);
  assert.deepEqual([running(home), home.held(), await home.exports()], [["11 running"], "old", []]);
  assert.deepEqual(acts(home).slice(-3), ["stop web_web_1", "export web_data", "start web_web_1"]);
  home.engine.refuses = null;
  assert.equal((await home.stack("web", { impatient: true })).state, "deployed");
});

test("a folder that is not there, or that others may read, stops nothing", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  await Deno.rename(home.dir, `${home.dir}.away`);
  const missing = await home.stack();
  assert.match(missing.problems[0]?.message ?? "", /there is no folder .*; it runs as before$/);
  await Deno.rename(`${home.dir}.away`, home.dir);
  await Deno.mkdir(`${home.dir}/web`, { mode: 0o755 });
  const open = await home.stack("web", { impatient: true });
  assert.match(open.problems[0]?.cure ?? "", /^chmod 0700 .*exports\/web$/);
  assert.ok(!acts(home).some((call) => /^(stop|up)/.test(call)), acts(home).join());
});

test("less room than the last export took stops nothing", async (home) => {
  await Deno.mkdir(`${home.dir}/web/20260101T000000Z-before-aaaaaaaaaaaa`, { recursive: true, mode: 0o700 });
  const last = `${home.dir}/web/20260101T000000Z-before-aaaaaaaaaaaa/web_data.tar`;
  await Deno.writeTextFile(last, "");
  // A file of holes says that it is larger than any disk that a test runs on.
  await Deno.truncate(last, 2 ** 42);
  await home.remote.push({ [file]: compose("2.0", two) });
  const done = await home.stack();
  assert.deepEqual(done.problems.map(({ code }) => code), ["stack.not_exported"]);
  assert.match(done.problems[0]?.message ?? "", /the last export took 4194304 MiB/);
  assert.ok(!acts(home).includes("stop web_web_1"));
});

test("a volume kept elsewhere is told, and one that is not there yet is skipped", async (home) => {
  home.engine.volumesHold.set("web_data", "elsewhere");
  await home.remote.push({ [file]: compose("2.0", two, "data: {}, fresh: {}, shared: { external: true }") });
  const done = await home.stack();
  assert.deepEqual(done.problems.map(({ code, severity }) => [code, severity]), [["stack.not_in_export", "warning"]]);
  assert.deepEqual(
    done.steps.filter(({ kind }) => kind === "export").map(({ subject, state, message }) => [subject, state, message]),
    [["web_data", "skipped", "it is kept elsewhere"], ["web_fresh", "skipped", "it is not there yet"]],
  );
  assert.ok(!acts(home).includes("stop web_web_1"), "nothing stands still for nothing");
});

test("volumes that cannot be given back keep the stack down, loudly, until they are", async (home) => {
  home.engine.behaves.set(two, "exits");
  await home.remote.push({ [file]: compose("2.0", two) });
  home.engine.onUp = () => {
    home.engine.volumesHold.set("web_data", "new");
    home.engine.refuses = "podman volume: input/output error";
  };
  const failed = await home.stack();
  assert.deepEqual([failed.state, failed.problems.map(({ code }) => code)], ["failed", ["stack.not_restored"]]);
  const folder = `${home.dir}/web/${(await home.exports())[0]}`;
  assert.ok(failed.problems[0]?.message.includes(`it lies in ${folder}, and nothing of web is started`));
  assert.deepEqual([running(home), home.held()], [["22 exited"], "half"]);
  const waiting = await home.stack();
  assert.deepEqual(waiting.problems.map(({ code }) => code), ["stack.not_restored"]);
  assert.ok(waiting.problems[0]?.message.endsWith(`have to be given back from ${folder}`), "told again until it is");
  assert.deepEqual(running(home), ["22 exited"], "what ran before does not see half a volume");
  home.engine.refuses = null;
  home.engine.onUp = () => {};
  assert.equal((await home.stack("web", { impatient: true })).state, "rolled-back");
  assert.deepEqual([running(home), home.held()], [["11 running"], "old"]);
});

test("a commit that comes while volumes are still owed gets them back first", async (home) => {
  home.engine.behaves.set(two, "exits");
  await home.remote.push({ [file]: compose("2.0", two) });
  home.engine.onUp = () => void (home.engine.refuses = "podman volume: input/output error");
  assert.equal((await home.stack()).problems[0]?.code, "stack.not_restored");
  home.engine.refuses = null;
  const seen: (string | undefined)[] = [];
  home.engine.onUp = () => void seen.push(home.held());
  await home.remote.push({ [file]: compose("2.1", three) });
  const mended = await home.stack("web", { impatient: true });
  assert.deepEqual([mended.state, seen], ["deployed", ["old"]]);
  assert.equal((await home.exports()).length, 1, "nothing newer is worth an export");
});

test("a stack that magos itself runs in is not stopped for an export", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  const done = await home.stack("web", { self: "web_web_1" });
  assert.deepEqual(done.problems.map(({ code }) => code), ["stack.self"]);
  assert.deepEqual(running(home), ["11 running"]);
});

for (const step of ["deploying", "pulled", "exporting", "exported", "switched", "started", "probing"]) {
  test(`killed after "${step}" the export is still what was there before`, async (home) => {
    await home.remote.push({ [file]: compose("2.0", two) });
    assert.ok(await home.killedAfter(step));
    home.engine.behaves.set(two, "loops");
    home.clock.advance(60_000);
    const next = await home.stack();
    assert.equal(next.state, "rolled-back");
    assert.deepEqual([home.held(), running(home)], ["old", ["11 running"]]);
    assert.ok((await home.exports()).every((name) => !name.endsWith(".partial")));
  });
}

for (const step of ["rolling-back", "giving-back", "given-back", "restored", "rolled-back"]) {
  test(`killed after "${step}" of the way back the volume ends as it was`, async (home) => {
    home.engine.behaves.set(two, "exits");
    await home.remote.push({ [file]: compose("2.0", two) });
    assert.ok(await home.killedAfter(step));
    must(await home.pass());
    assert.deepEqual([home.held(), running(home)], ["old", ["11 running"]]);
    const settled = must(await home.pass());
    assert.deepEqual([settled.result, home.store.stacks()[0]?.backup], ["nothing", null]);
  });
}

test("a signal that comes while volumes are exported leaves everything running", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  const stop = new AbortController();
  const engine = {
    ...home.engine,
    exportVolume: () => (stop.abort(), home.engine.exportVolume("web_data", "/dev/null")),
  };
  const stopped = must(await home.pass({}, { stop: stop.signal, engine }));
  assert.deepEqual(stopped.report.problems.map(({ code }) => code), ["pass.interrupted"]);
  assert.deepEqual([running(home), await home.exports()], [["11 running"], []]);
  assert.equal((await home.stack()).state, "deployed");
});

for (const step of ["pulled", "exported", "switched"]) {
  test(`what is written between a kill after "${step}" and the next pass is not lost`, async (home) => {
    await home.remote.push({ [file]: compose("2.0", two) });
    assert.ok(await home.killedAfter(step));
    // A boot starts what ran before, and it is used until the next pass.
    for (const [name, it] of home.engine.containers) home.engine.containers.set(name, { ...it, state: "running" });
    home.engine.volumesHold.set("web_data", "written since");
    home.engine.behaves.set(two, "exits");
    home.clock.advance(60_000);
    assert.equal((await home.stack()).state, "rolled-back");
    assert.deepEqual([home.held(), running(home)], ["written since", ["11 running"]]);
  });
}

test("what is written after a way back that was cut off is not lost to the next deployment", async (home) => {
  home.engine.behaves.set(two, "exits").set(three, "exits");
  await home.remote.push({ [file]: compose("2.0", two) });
  assert.ok(await home.killedAfter("restored"));
  home.engine.volumesHold.set("web_data", "written since");
  home.clock.advance(60_000);
  await home.remote.push({ [file]: compose("3.0", three) });
  assert.equal((await home.stack()).state, "rolled-back");
  assert.deepEqual([home.held(), running(home)], ["written since", ["11 running"]]);
});

test("a minor change after a way back that was cut off gives nothing old back", async (home) => {
  home.engine.behaves.set(two, "exits").set(three, "exits");
  await home.remote.push({ [file]: compose("2.0", two) });
  assert.ok(await home.killedAfter("restored"));
  home.engine.volumesHold.set("web_data", "written since");
  await home.remote.push({ [file]: compose("1.1", three) });
  assert.equal((await home.stack()).state, "rolled-back");
  assert.deepEqual([home.held(), running(home)], ["written since", ["11 running"]]);
});

test("three kills before anything new was started give nothing old back", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  for (let kill = 0; kill < 3; kill++) {
    home.clock.advance(60_000);
    assert.ok(await home.killedAfter("switched"));
  }
  home.engine.volumesHold.set("web_data", "written since");
  assert.equal((await home.stack()).state, "rolled-back");
  assert.deepEqual([home.held(), running(home)], ["written since", ["11 running"]]);
});

test("an export under a clock that starts in the past is no older than those before it", async (home) => {
  await home.remote.push({ [file]: compose("1.1", two) });
  assert.equal((await home.stack()).state, "deployed");
  const [before = ""] = await home.exports();
  home.clock.advance(-40 * 24 * 3_600_000);
  home.engine.volumesHold.set("web_data", "newest");
  await home.remote.push({ [file]: compose("1.2", three) });
  assert.equal((await home.stack("web", { impatient: true })).state, "deployed");
  const [after = "", ...others] = await home.exports();
  assert.deepEqual(others, []);
  assert.ok(after > before, `${after} is kept instead of ${before}`);
  assert.equal(await Deno.readTextFile(`${home.dir}/web/${after}/web_data.tar`), "newest");
}, "before: always, keep: 1");

test("a signal that comes between the export and the start leaves everything running", async (home) => {
  await home.remote.push({ [file]: compose("2.0", two) });
  const stop = new AbortController();
  const git: typeof home.git = {
    ...home.git,
    stackTree: (...of) => (stop.abort(), home.git.stackTree(...of)),
  };
  home.engine.calls.length = 0;
  const stopped = must(await home.pass({}, { stop: stop.signal, git }));
  assert.deepEqual(stopped.report.problems.map(({ code }) => code), ["pass.interrupted"]);
  assert.deepEqual([running(home), acts(home).at(-1)], [["11 running"], "start web_web_1"]);
  home.engine.volumesHold.set("web_data", "written since");
  home.engine.behaves.set(two, "exits");
  home.clock.advance(60_000);
  assert.equal((await home.stack()).state, "rolled-back");
  assert.equal(home.held(), "written since");
});
