// magos apply on a host that really runs containers: what podman says is asserted, never an exit code alone.
import assert from "node:assert/strict";
import { applyShape, historyShape, statusShape } from "../contract/report_shapes.ts";
import { type ApplyHome, applyNeeds, webCompose, withApplyHome } from "./apply_home.ts";

const file = "stacks/web/compose.yaml";
const app = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

function test(name: string, body: (home: ApplyHome, one: string) => Promise<void>, more = ""): void {
  let one = "";
  Deno.test({
    name: name + applyNeeds.suffix,
    ignore: applyNeeds.ignore,
    fn: () =>
      withApplyHome({
        tree: async (images, push) => {
          one = await push("you/web", "1.0", "one");
          return { "magos.yaml": app, [file]: webCompose(images, "1.0", one, more), "stacks/web/conf": "old\n" };
        },
      }, (home) => body(home, one)),
  });
}

const mounts = "    volumes: ['./conf:/conf:ro', './data:/data', 'kept:/kept']\nvolumes: { kept: {} }\n";

test("apply brings a stack up, follows commits, repairs it, and removes it without its volume", async (home, one) => {
  const { podman, remote, images, apply, digestOf } = home;
  const dry = await apply("--dry-run", "--detailed-exitcode");
  assert.deepEqual([dry.code, dry.report.result, dry.report.stacks[0]?.state], [3, "dry-run", "planned"]);
  assert.equal(await digestOf("web"), "nothing runs");
  const first = await apply();
  assert.deepEqual([first.code, first.report.result, first.report.problems], [0, "done", []], JSON.stringify(first));
  assert.equal(await digestOf("web"), one);
  const again = await apply();
  assert.deepEqual([again.code, again.report.result, again.report.stacks[0]?.state], [0, "nothing", "current"]);

  const id = (): Promise<string> => podman.podman("ps", "--quiet", "--filter", "name=web_web");
  await podman.podman("exec", await id(), "sh", "-c", "echo precious > /data/db; echo kept > /kept/file");
  const two = await podman.pushImage("you/web", "1.1", "two");
  await remote.push({ [file]: webCompose(images, "1.1", two, mounts) });
  assert.equal((await apply()).report.stacks[0]?.state, "deployed");
  assert.equal(await digestOf("web"), two);
  assert.equal(await podman.podman("exec", await id(), "cat", "/data/db"), "precious");

  await remote.push({ "stacks/web/conf": "new\n" });
  assert.equal((await apply()).report.stacks[0]?.state, "deployed");
  assert.equal(await podman.podman("exec", await id(), "cat", "/conf"), "new");
  assert.equal(await podman.podman("exec", await id(), "cat", "/data/db"), "precious");

  await podman.podman("rm", "--force", "--time", "0", await id());
  assert.equal((await apply()).report.stacks[0]?.state, "repaired");
  assert.equal(await digestOf("web"), two);

  await podman.stopRegistry();
  const none = `sha256:${"0".repeat(64)}`;
  await remote.push({ [file]: webCompose(images, "1.2", none, mounts) });
  const down = await apply();
  assert.deepEqual([down.code, down.report.stacks[0]?.problems[0]?.code], [4, "engine.pull_failed"]);
  assert.equal(await digestOf("web"), two);

  await remote.push({ "magos.yaml": "apps: []\n" });
  const gone = await apply();
  assert.deepEqual([gone.report.stacks[0]?.state, gone.report.problems[0]?.code], ["removed", "stack.files_left"]);
  assert.equal(await digestOf("web"), "nothing runs");
  assert.match(await podman.podman("volume", "ls", "--quiet"), /kept/);
  assert.equal(await Deno.readTextFile(`${home.folder}/state/stacks/web/stacks/web/data/db`), "precious\n");
}, mounts);

test("apply, status and history answer in their shapes, and as text", async ({ magos, apply }) => {
  const out = async (...args: string[]): Promise<unknown> => JSON.parse((await magos([...args, "--json"])).out);
  applyShape.parse(await out("apply", "--dry-run"));
  applyShape.parse(await out("apply"));
  applyShape.parse(await out("apply"));
  const status = statusShape.parse(await out("status"));
  assert.deepEqual(status.stacks.map(({ name, state, waitsFor }) => [name, state, waitsFor]), [[
    "web",
    "current",
    null,
  ]]);
  assert.equal(status.passes.apply?.lastResult, "nothing");
  const history = historyShape.parse(await out("history", "web"));
  assert.deepEqual(history.runs.map(({ kind, changes }) => [kind, changes[0]?.setter]), [["apply", "stack:web/web"]]);
  assert.match((await magos(["status"])).out, /STACK +STATE +HEALTH +SINCE +RUNS +WHY\nweb +current +healthy/);
  assert.match((await magos(["apply"])).out, /^STACK +STATE +ACTION +WHY\nweb +current +it runs what git says\n/);
  assert.match((await magos(["history", "web"])).out, /apply \(manual\)[\s\S]* -> 1\.0@/);
  const wrong = await apply("wep");
  assert.deepEqual([wrong.code, wrong.report.problems[0]?.code], [2, "usage.unknown_stack"]);
});
