// The apply pass over real git and state, with an engine in memory: what is deployed, kept, taken back, and told.
import assert from "node:assert/strict";
import { failure, type Result } from "../../src/core/model/problem.ts";
import type { Engine } from "../../src/core/ports/engine.ts";
import type { ApplyRun } from "../../src/reconcile/run_apply.ts";
import { applyConfig, type ApplyWorld } from "../fakes/apply_world.ts";
import { must } from "../fakes/git_setup.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { compose, digest, running, testOf, tree } from "./web_stack.ts";

const [one, two, three] = [digest("1"), digest("2"), digest("3")];
const test = testOf("apply");

test("deploys, then does nothing but ask for the list", async (world) => {
  const first = await world.stack();
  assert.deepEqual([first.state, first.action, first.health?.state], ["deployed", "deploy", "healthy"]);
  assert.deepEqual(first.steps.map(({ kind, state }) => `${kind} ${state}`), [
    "pull done",
    "switch done",
    "start done",
    "probe done",
  ]);
  assert.deepEqual(running(world), ["web 11"]);
  world.engine.calls.length = 0;
  const again = must(await world.pass());
  assert.deepEqual([again.result, again.report.stacks[0]?.state], ["nothing", "current"]);
  assert.deepEqual(world.engine.calls, ["list"]);
});

test("deploys a new digest and makes only its service anew", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1", "  db: { image: ghcr.io/you/db }\n") });
  const next = await world.stack();
  assert.equal(next.state, "deployed");
  assert.deepEqual(running(world).toSorted(), ["db 00", "web 22"]);
  assert.ok(world.engine.calls.includes("up web [web]"));
  assert.ok(
    world.engine.calls.includes("prune ghcr.io/you/web ghcr.io/you/db keeps 5"),
    world.engine.calls.join(),
  );
  const run = world.store.runs(1)[0];
  assert.deepEqual(run?.changes.map(({ image, from, to, setter }) => [image, from.tag, to.tag, setter]), [
    ["ghcr.io/you/db", null, null, "stack:web/db"],
    ["ghcr.io/you/web", "1.0", "1.1", "stack:web/web"],
  ]);
});

test("takes over what runs already without a restart, and tells how it does", async (world) => {
  const runs = (health: "healthy" | "unhealthy" | "starting"): void => {
    world.engine.containers.set("a".repeat(64), {
      id: "a".repeat(64),
      name: "web_web_1",
      project: "web",
      service: "web",
      labels: null,
      image: `ghcr.io/you/web:1.0@${one}`,
      digests: [one],
      state: "running",
      exitCode: null,
      restarts: 0,
      startedAt: 0,
      health,
    });
  };
  for (
    const [health, problems, isGood] of [
      ["healthy", [], true],
      ["starting", [], true],
      ["unhealthy", ["warning stack.unhealthy"], false],
    ] as const
  ) {
    world.store.forgetStack("web");
    runs(health);
    const taken = await world.stack();
    assert.deepEqual([taken.state, taken.health?.state], ["current", health]);
    assert.deepEqual(taken.problems.map(({ severity, code }) => `${severity} ${code}`), problems);
    assert.equal(world.store.stacks()[0]?.lastGood !== null, isGood, health);
    assert.ok(!world.engine.calls.some((call) => call.startsWith("up")));
  }
});

test("waits for an image that takes its time", async (world) => {
  world.engine.behaves.set(one, "slow");
  assert.equal((await world.stack()).state, "deployed");
});

test("blames no content for a runtime folder that cannot be used, and deploys once it can", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  await Deno.rename(`${world.folder}/run`, `${world.folder}/aside`);
  await Deno.writeTextFile(`${world.folder}/run`, "in the way");
  const failed = await world.stack();
  assert.equal(failed.state, "failed");
  assert.deepEqual(running(world), ["web 11"]);
  assert.equal(world.store.stacks()[0]?.bad, null);
  await Deno.remove(`${world.folder}/run`);
  world.clock.advance(3_600_000);
  assert.equal((await world.stack()).state, "deployed");
  assert.deepEqual(running(world), ["web 22"]);
});

test("leaves what runs alone while the registry is down, and tries again later", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  world.engine.offline = true;
  const failed = await world.stack();
  assert.deepEqual([failed.state, failed.problems[0]?.code], ["failed", "engine.pull_failed"]);
  assert.deepEqual(running(world), ["web 11"]);
  const waiting = await world.stack();
  assert.deepEqual([waiting.state, waiting.waitsFor], ["waiting", "retry"]);
  world.engine.offline = false;
  world.clock.advance(61_000);
  assert.equal((await world.stack()).state, "deployed");
  assert.deepEqual(running(world), ["web 22"]);
});

test("repairs what is gone or stopped, and goes back to nothing when that does not help", async (world) => {
  await world.stack();
  for (const id of world.engine.containers.keys()) world.engine.containers.delete(id);
  assert.equal((await world.stack()).state, "repaired");
  world.engine.behaves.set(one, "exits");
  for (const id of world.engine.containers.keys()) world.engine.containers.delete(id);
  const failed = await world.stack();
  assert.deepEqual([failed.state, failed.problems[0]?.code], ["failed", "stack.unhealthy"]);
  assert.equal((await world.stack()).waitsFor, "retry");
});

test("removes what left git, and leaves a folder in which containers wrote", async (world) => {
  await world.stack();
  await Deno.writeTextFile(`${world.folder}/state/stacks/web/stacks/web/data`, "precious");
  await world.remote.push({ "magos.yaml": "apps: []\n" });
  const gone = await world.stack();
  assert.deepEqual([gone.state, gone.problems[0]?.code], ["removed", "stack.files_left"]);
  assert.deepEqual(running(world), []);
  assert.deepEqual(world.store.stacks(), []);
  assert.equal(await Deno.readTextFile(`${world.folder}/state/stacks/web/stacks/web/data`), "precious");
  assert.deepEqual(must(await world.pass()).report.stacks, []);
});

test("lays secrets down, takes those away that are read once, and makes mounted ones again", async (world) => {
  const folder = `${world.folder}/run/secrets/web`;
  let seen = "";
  world.engine.onUp = async () => {
    seen = await Deno.readTextFile(`${folder}/db.env`);
  };
  assert.equal((await world.stack()).state, "deployed");
  assert.equal(seen, "WORD=canary\n");
  assert.deepEqual(Array.from(Deno.readDirSync(folder)).map(({ name }) => name), ["tls.yaml"]);
  assert.ok(world.engine.calls.includes("secret token"));
  await Deno.remove(`${world.folder}/run`, { recursive: true });
  world.engine.calls.length = 0;
  assert.equal((await world.stack()).state, "current");
  assert.equal(await Deno.readTextFile(`${folder}/tls.yaml`), "word: canary\n");
  assert.deepEqual(world.engine.calls, ["list"]);
  await world.remote.push({ "stacks/web/db.sops.env": "not for us\n" });
  const failed = await world.stack();
  assert.deepEqual([failed.state, failed.problems[0]?.code], ["failed", "secrets.key_missing"]);
  await world.remote.push({ "magos.yaml": "apps: []\n" });
  await world.stack();
  assert.deepEqual(Array.from(Deno.readDirSync(`${world.folder}/run/secrets`)), []);
}, {
  ...tree,
  "stacks/web/compose.yaml": compose(
    one,
    "1.0",
    "    env_file: ['${MAGOS_SECRETS}/db.env']\n    volumes: ['${MAGOS_SECRETS}/tls.yaml:/tls.yaml']\n" +
      "    secrets: [token]\nsecrets: { token: { external: true } }\n",
  ),
  "stacks/web/db.sops.env": "ENC WORD=canary\n",
  "stacks/web/tls.sops.yaml": "ENC word: canary\n",
  "stacks/web/token.sops.txt": "ENC canary",
});

test("keeps no log of what it takes over with secrets that it has not read: nothing could be masked", async (world) => {
  const before = await world.stack();
  assert.equal(before.state, "deployed");
  world.store.forgetStack("web");
  for (const [id, it] of world.engine.containers) {
    world.engine.containers.set(id, { ...it, labels: null, health: "unhealthy" });
  }
  const taken = await world.stack();
  assert.deepEqual([taken.state, taken.health?.state, taken.health?.log], ["current", "unhealthy", []]);
}, {
  ...tree,
  "stacks/web/compose.yaml": compose(one, "1.0", "    volumes: ['${MAGOS_SECRETS}/tls.yaml:/tls.yaml']\n"),
  "stacks/web/tls.sops.yaml": "ENC word: canary\n",
});

const hooked = (rule: string): string =>
  `apply: { hooks: ${rule}, health: { settle: 0s } }\n` +
  "apps: [{ name: web, compose: stacks/web/compose.yaml, hooks: { pre: 'echo a', post: 'echo b' } }]\n";

test("runs hooks when it is told to always, before and after", async (world) => {
  await world.stack();
  assert.deepEqual(world.hooks.map(({ script }) => script), ["echo a", "echo b"]);
  assert.match(world.hooks[1]?.folder ?? "", /state\/stacks\/web\/stacks\/web$/);
}, { ...tree, "magos.yaml": hooked("always") });

test("skips hooks of commits that nobody verified, and says so", async (world) => {
  const told = (await world.stack()).problems.map(({ code, severity }) => `${code} ${severity}`);
  assert.deepEqual([told, world.hooks], [["hook.skipped warning", "hook.skipped warning"], []]);
}, { ...tree, "magos.yaml": hooked("verified") });

test("touches nothing when the pre hook fails", async (world) => {
  const failed = await world.stack();
  assert.deepEqual([failed.state, failed.problems[0]?.code, running(world)], ["failed", "hook.failed", []]);
}, { ...tree, "magos.yaml": hooked("always").replace("echo a", "false") });

test("does not start what comes after a stack that is not healthy", async (world) => {
  world.engine.behaves.set(one, "exits");
  const ran = must(await world.pass());
  const ends = ran.report.stacks.map(({ name, state, waitsFor }) => [name, state, waitsFor]);
  assert.deepEqual(ends, [["web", "failed", null], ["app", "waiting", "web"]]);
}, {
  "magos.yaml":
    "apps: [{ name: app, compose: app/compose.yaml, after: [web] }, { name: web, compose: stacks/web/compose.yaml }]\n",
  "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}" } }\n`,
  "stacks/web/compose.yaml": compose(one),
});

test("will not replace the container that it runs in", async (world) => {
  await world.stack();
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  const refused = await world.stack("web", { self: "web_web_1" });
  assert.deepEqual([refused.state, refused.problems[0]?.code, running(world)], ["failed", "stack.self", ["web 11"]]);
});

test("fails for a stack that is not there, and names the nearest", async (world) => {
  const ran = await world.pass({ only: ["wep"] });
  assert.ok(!ran.ok && ran.failure.code === "usage.unknown_stack" && /"web"/.test(ran.failure.cure ?? ""));
});

test("does not start what comes after a stack that waits in vain", async (world) => {
  world.engine.behaves.set(one, "exits");
  const ran = must(await world.pass());
  const ends = ran.report.stacks.map(({ name, state, waitsFor }) => [name, state, waitsFor]);
  assert.deepEqual(ends, [["web", "failed", null], ["app", "waiting", "web"], ["top", "waiting", "app"]]);
}, {
  "magos.yaml": "apps:\n  - { name: top, compose: top/compose.yaml, after: [app] }\n" +
    "  - { name: app, compose: app/compose.yaml, after: [web] }\n  - { name: web, compose: stacks/web/compose.yaml }\n",
  "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}" } }\n`,
  "top/compose.yaml": `services: { top: { image: "ghcr.io/you/top@${three}" } }\n`,
  "stacks/web/compose.yaml": compose(one),
});

test("starts no image that any host has quarantined, and keeps what runs", async (world) => {
  await world.stack();
  const hold = `{ image: ghcr.io/you/web, digest: "${two}", kind: quarantine, since: 2026-01-01T00:00:00Z, by: nas }`;
  await world.remote.push({
    "stacks/web/compose.yaml": compose(two, "1.1"),
    ".magos/holds.yaml": `holds:\n  - ${hold}\n`,
  });
  const held = await world.stack();
  assert.deepEqual([held.state, held.action, running(world)], ["held", "none", ["web 11"]]);
  assert.match(held.reason, /quarantined, held by nas/);
  assert.equal((await must(await world.pass())).result, "nothing", "a held image is no failure");
  await world.remote.push({ ".magos/holds.yaml": "holds: [\n" });
  const unread = must(await world.pass());
  assert.deepEqual(unread.report.problems.map(({ code }) => code), ["hold.unreadable"]);
  assert.deepEqual([unread.report.stacks[0]?.state, running(world)], ["held", ["web 11"]]);
  await world.remote.push({ ".magos/holds.yaml": "holds: []\n" });
  assert.equal((await world.stack()).state, "deployed");
});

test("goes on saying that a stack is not healthy that is left as it is", async (world) => {
  world.engine.behaves.set(one, "never-healthy");
  assert.equal((await world.stack()).state, "failed");
  const again = must(await world.pass());
  assert.deepEqual([again.result, again.report.stacks[0]?.waitsFor], ["partly", "retry"]);
  world.engine.behaves.set(one, "slow");
  world.clock.advance(3_600_000);
  assert.equal((await world.stack()).state, "repaired");
  assert.deepEqual((await world.stack()).state, "current");
}, { ...tree, "magos.yaml": applyConfig.replace("apply: {", "apply: { rollback: none,") });

test("deploys again when a mounted script may be run, or a link in a mounted folder leads elsewhere", async (world) => {
  await commitChange(world, async (root) => {
    await Deno.symlink("a", `${root}/stacks/web/conf/site`);
    await Deno.symlink("../../../shared", `${root}/stacks/web/conf/more`);
    await Deno.symlink("../../shared", `${root}/stacks/web/own`);
  });
  await world.stack();
  for (
    const [what, change] of [
      ["a mode", (root: string) => Deno.chmod(`${root}/stacks/web/start.sh`, 0o755)],
      ["a link", async (root: string) => {
        await Deno.remove(`${root}/stacks/web/conf/site`);
        await Deno.symlink("b", `${root}/stacks/web/conf/site`);
      }],
      ["a file in a folder that a link leads to", (root: string) => Deno.writeTextFile(`${root}/shared/x`, "2")],
      ["a link that is mounted itself", async (root: string) => {
        await Deno.remove(`${root}/stacks/web/own`);
        await Deno.symlink("conf", `${root}/stacks/web/own`);
      }],
    ] as const
  ) {
    await commitChange(world, change);
    assert.equal((await world.stack()).state, "deployed", what);
    assert.equal((await world.stack()).state, "current", what);
  }
}, {
  ...tree,
  "stacks/web/compose.yaml": compose(one, "1.0", "    volumes: [./start.sh:/start.sh, ./conf:/conf, ./own:/own]\n"),
  "stacks/web/start.sh": "exec true\n",
  "stacks/web/conf/a": "a",
  "stacks/web/conf/b": "b",
  "shared/x": "1",
});

async function commitChange({ remote, folder }: ApplyWorld, change: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ dir: folder });
  await runGitAs(folder, ["clone", "-q", remote.path, root]);
  await change(root);
  await runGitAs(root, ["add", "-A"]);
  await runGitAs(root, ["commit", "-q", "-m", "by hand"]);
  await runGitAs(root, ["push", "-q", "origin", "HEAD:main"]);
}

test("mends a folder whose switch ended half way, when git goes back to what runs", async (world) => {
  await world.stack();
  const file = `${world.folder}/state/stacks/web/stacks/web/compose.yaml`;
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  const stackTree = async (): Promise<Result<string>> => {
    await Deno.writeTextFile(file, compose(two, "1.1"));
    return failure("state.write_failed", "no space left on device");
  };
  const failed = must(await world.pass({}, { git: { ...world.git, stackTree } })).report.stacks[0];
  assert.deepEqual([failed?.state, running(world)], ["failed", ["web 11"]]);
  await world.remote.push({ "stacks/web/compose.yaml": compose(one) });
  const mended = await world.stack();
  assert.deepEqual([mended.state, mended.reason], ["repaired", "its folder may hold files of another revision"]);
  assert.equal(await Deno.readTextFile(file), compose(one));
  assert.deepEqual(running(world), ["web 11"]);
  world.engine.calls.length = 0;
  assert.equal((await world.stack()).state, "current");
  assert.deepEqual(world.engine.calls, ["list"]);
});

const mounting = (at: string, tag: string, ...names: readonly string[]): string =>
  compose(at, tag, `    volumes: [${names.map((name) => `'\${MAGOS_SECRETS}/${name}:/${name}'`).join(", ")}]\n`);

test("leaves mounted secrets to what runs until the next version starts, and takes them away then", async (world) => {
  const folder = `${world.folder}/run/secrets/web`;
  const there = (): readonly string[] => Array.from(Deno.readDirSync(folder)).map(({ name }) => name).sort();
  await world.stack();
  await world.remote.push({
    "stacks/web/compose.yaml": mounting(two, "1.1", "tls.yaml", "new.yaml"),
    "stacks/web/tls.sops.yaml": "ENC word: other\n",
    "stacks/web/new.sops.yaml": "ENC word: new\n",
    "stacks/web/old.sops.yaml": null,
  });
  world.engine.offline = true;
  assert.equal((await world.stack()).problems[0]?.code, "engine.pull_failed");
  assert.deepEqual([there(), Deno.readTextFileSync(`${folder}/tls.yaml`)], [
    ["old.yaml", "tls.yaml"],
    "word: canary\n",
  ]);
  assert.deepEqual(Array.from(Deno.readDirSync(`${folder}/..`)).map(({ name }) => name), ["web"]);
  world.engine.offline = false;
  let seen: readonly string[] = [];
  world.engine.onUp = () => {
    seen = [...there(), Deno.readTextFileSync(`${folder}/tls.yaml`)];
  };
  world.clock.advance(61_000);
  assert.equal((await world.stack()).state, "deployed");
  assert.deepEqual(seen, ["new.yaml", "old.yaml", "tls.yaml", "word: other\n"]);
  assert.deepEqual(there(), ["new.yaml", "tls.yaml"]);
  await world.remote.push({ "stacks/web/compose.yaml": compose(two, "1.1") });
  assert.equal((await world.stack()).state, "deployed");
  assert.deepEqual(there(), [], "a version without secrets keeps none");
}, {
  ...tree,
  "stacks/web/compose.yaml": mounting(one, "1.0", "tls.yaml", "old.yaml"),
  "stacks/web/tls.sops.yaml": "ENC word: canary\n",
  "stacks/web/old.sops.yaml": "ENC word: old\n",
});

const external = (...names: readonly string[]): string =>
  compose(
    one,
    "1.0",
    `    secrets: [${names.join(", ")}]\nsecrets: { ${names.map((it) => `${it}: { external: true }`).join(", ")} }\n`,
  );

test("takes secrets away from the engine with the version or the stack that used them", async (world) => {
  const removals = (): readonly string[] => world.engine.calls.filter((call) => call.startsWith("no secret"));
  await world.stack();
  assert.deepEqual([world.store.stacks()[0]?.engineSecrets, removals()], [["key", "token"], []]);
  await world.remote.push({ "stacks/web/compose.yaml": external("token") });
  world.engine.offline = true;
  await world.stack();
  assert.deepEqual([world.store.stacks()[0]?.engineSecrets, removals()], [["key", "token"], []]);
  world.engine.offline = false;
  await world.stack("web", { impatient: true });
  assert.deepEqual([world.store.stacks()[0]?.engineSecrets, removals()], [["token"], ["no secret key"]]);
  await world.remote.push({ "magos.yaml": "apps: []\n" });
  assert.equal((await world.stack()).state, "removed");
  assert.deepEqual(removals(), ["no secret key", "no secret token"]);
}, {
  ...tree,
  "stacks/web/compose.yaml": external("token", "key"),
  "stacks/web/token.sops.txt": "ENC canary",
  "stacks/web/key.sops.txt": "ENC canary",
});

const chain = {
  "magos.yaml": applyConfig.replace("apps: [", "apps: [{ name: app, compose: app/compose.yaml, after: [web] }, "),
  "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}" } }\n`,
  "stacks/web/compose.yaml": compose(one),
};

function ends(ran: ApplyRun): readonly unknown[] {
  return ran.report.stacks.map(({ name, state, waitsFor }) => [name, state, waitsFor]);
}

test("comes after what runs healthy, though its next version cannot be had", async (world) => {
  await world.pass();
  await world.remote.push({
    "stacks/web/compose.yaml": compose(two, "1.1"),
    "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}", command: [other] } }\n`,
  });
  const pull = (images: readonly string[]): ReturnType<Engine["pull"]> =>
    images[0]?.includes("/web:") === true
      ? Promise.resolve(failure("engine.pull_failed", "no route", { retry: "later" }))
      : world.engine.pull(images);
  const engine = { ...world.engine, pull };
  assert.deepEqual(ends(must(await world.pass({}, { engine }))), [["web", "failed", null], ["app", "deployed", null]]);
  await world.remote.push({ "app/compose.yaml": chain["app/compose.yaml"] });
  assert.deepEqual(ends(must(await world.pass({}, { engine }))), [["web", "waiting", "retry"], [
    "app",
    "deployed",
    null,
  ]]);
}, chain);

test("waits for what is as git says and not healthy", async (world) => {
  await world.pass();
  const [id, web] = [...world.engine.containers].find(([, it]) => it.service === "web") ?? [];
  assert.ok(id !== undefined && web !== undefined);
  world.engine.containers.set(id, { ...web, health: "unhealthy" });
  await world.remote.push({
    "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}", command: [other] } }\n`,
  });
  assert.deepEqual(ends(must(await world.pass())), [["web", "current", null], ["app", "waiting", "web"]]);
  world.engine.containers.set(id, web);
  assert.deepEqual(ends(must(await world.pass())), [["web", "current", null], ["app", "deployed", null]]);
}, chain);

test("comes after what was rolled back and is healthy, not after what is ill either way", async (world) => {
  await world.pass();
  world.engine.behaves.set(two, "exits");
  const next = {
    "stacks/web/compose.yaml": compose(two, "1.1"),
    "app/compose.yaml": `services: { app: { image: "ghcr.io/you/app@${three}", command: [other] } }\n`,
  };
  await world.remote.push(next);
  assert.deepEqual(ends(must(await world.pass())), [["web", "rolled-back", null], ["app", "deployed", null]]);
  must(await world.pass());
  world.engine.behaves.set(one, "exits");
  await world.remote.push({
    ...next,
    ".magos/holds.yaml": "holds: []\n",
    "app/compose.yaml": chain["app/compose.yaml"],
  });
  assert.deepEqual(ends(must(await world.pass())), [["web", "failed", null], ["app", "waiting", "web"]]);
}, chain);
