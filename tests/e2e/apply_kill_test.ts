// SIGKILL of the real process while it deploys real containers: the next pass ends well.
import assert from "node:assert/strict";
import { type ApplyHome, applyNeeds, killedAfter, webCompose, withApplyHome } from "./apply_home.ts";

const file = "stacks/web/compose.yaml";
const app = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

function test(
  name: string,
  command: readonly string[],
  body: (home: ApplyHome, digests: readonly string[]) => Promise<void>,
): void {
  let one = "";
  Deno.test({
    name: name + applyNeeds.suffix,
    ignore: applyNeeds.ignore,
    fn: () =>
      withApplyHome({
        tree: async (images, push) => {
          one = await push("you/web", "1.0", "one");
          return { "magos.yaml": app, [file]: webCompose(images, "1.0", one) };
        },
      }, async (home) => {
        assert.equal((await home.apply()).code, 0);
        const two = await home.podman.pushImage("you/web", "1.1", "two", command);
        await home.remote.push({ [file]: webCompose(home.images, "1.1", two) });
        await body(home, [one, two]);
      }),
  });
}

test("apply killed on its way to a new digest ends there", ["sh", "-c", "exec sleep 1000"], async (home, [, two]) => {
  for (const step of ["switched", "started"]) assert.equal(await killedAfter(home, step), "SIGKILL");
  const { code, report } = await home.apply();
  assert.deepEqual([code, report.stacks[0]?.state, await home.digestOf("web")], [0, "deployed", two]);
  assert.equal((await home.apply()).report.result, "nothing");
});

test("apply killed on its way back ends there, with one revert", ["sh", "-c", "exit 7"], async (home, [one]) => {
  const bad = await home.remote.revision();
  for (const step of ["rolling-back", "restored", "prepared"]) assert.equal(await killedAfter(home, step), "SIGKILL");
  await home.apply();
  assert.equal(await home.digestOf("web"), one);
  assert.equal(await home.remote.git("rev-list", "--count", `${bad}..main`), "1");
  assert.equal((await home.apply()).report.result, "nothing");
});

const steady = ["sh", "-c", "exec sleep 1000"];

test("apply killed at any step of two deployments ends in each, and in a removal", steady, async (home, [, two]) => {
  // The third interruption of one hash would take it back: two while it is under way are one's share.
  for (const step of ["planned", "deploying", "pulled"]) assert.equal(await killedAfter(home, step), "SIGKILL");
  assert.equal((await home.apply()).code, 0);
  assert.equal(await home.digestOf("web"), two);
  const three = await home.podman.pushImage("you/web", "1.2", "three", steady);
  await home.remote.push({ [file]: webCompose(home.images, "1.2", three) });
  for (const step of ["decrypted", "probing", "settled"]) assert.equal(await killedAfter(home, step), "SIGKILL");
  assert.equal((await home.apply()).report.result, "nothing");
  assert.equal(await home.digestOf("web"), three);
  await home.remote.push({ "magos.yaml": "apps: []\n" });
  assert.equal(await killedAfter(home, "removed"), "SIGKILL");
  assert.equal((await home.apply()).code, 0);
  assert.equal(await home.podman.podman("ps", "--all", "--quiet"), "");
});

test("apply killed at any step of its reverts makes each once", ["sh", "-c", "exit 7"], async (home, [one]) => {
  // What is confirmed or reverted has nothing left to be killed in, so each of these wants a bad release of its own.
  for (const [at, steps] of [["rolled-back", "committed", "pushed"], ["confirmed"], ["reverted"]].entries()) {
    if (at > 0) {
      const bad = await home.podman.pushImage("you/web", `1.${at + 1}`, `bad ${at}`, ["sh", "-c", "exit 7"]);
      await home.remote.push({ [file]: webCompose(home.images, `1.${at + 1}`, bad) });
    }
    const bad = await home.remote.revision();
    for (const step of steps) assert.equal(await killedAfter(home, step), "SIGKILL", step);
    await home.apply();
    assert.equal(await home.digestOf("web"), one);
    assert.equal(await home.remote.git("rev-list", "--count", `${bad}..main`), "1");
    assert.equal((await home.apply()).report.result, "nothing");
  }
});
