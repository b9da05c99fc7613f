// SIGKILL of the real process while it deploys real containers: the next pass ends well.
import assert from "node:assert/strict";
import { type ApplyHome, applyNeeds, webCompose, withApplyHome } from "./apply_home.ts";

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

async function killedAfter(home: ApplyHome, step: string): Promise<string | null> {
  const cache = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tests", "tests/e2e/stop_main.ts", "--config", home.config, "apply"],
    clearEnv: true,
    env: { ...home.processEnv, MAGOS_STOP_AFTER: step, DENO_DIR: cache, MAGOS_APPLY_HOST: "testhost" },
    stdout: "null",
    stderr: "null",
  }).output();
  return output.signal;
}
