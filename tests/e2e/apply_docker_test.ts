// An apply pass on a host with Docker: the same life of a stack as with podman, by the digests that Docker itself tells.
import assert from "node:assert/strict";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { success } from "../../src/core/model/problem.ts";
import { dockerPrograms, withDocker } from "../fakes/docker_world.ts";
import { needs } from "../fakes/needs.ts";
import type { ApplyJson } from "./apply_home.ts";
import { withHomelab } from "./homelab.ts";

const need = needs(...dockerPrograms);
const file = "stacks/web/compose.yaml";
const settings = "apply: { engine: docker compose, health: { settle: 0s, timeout: 20s } }\n";

Deno.test({
  name:
    `apply with Docker deploys, rolls a bad image back, repairs and removes, and touches nothing else${need.suffix}`,
  ignore: need.ignore,
  fn: () =>
    withDocker(async (docker) => {
      const images = `${docker.registry}/you`;
      const one = await docker.pushImage("you/web", "1.0", "one");
      const compose = (tag: string, digest: string): string =>
        `services:\n  web:\n    image: ${images}/web:${tag}@${digest} # {"magos": {"policy": "semver"}}\n` +
        `  side: { image: "${images}/web@${one}", volumes: [data:/data] }\nvolumes: { data: {} }\n`;
      const tree = {
        "magos.yaml": "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n",
        [file]: compose("1.0", one),
      };
      await withHomelab({ tree, images: [], settings, stateDir: "state" }, async ({ folder, magos, remote, text }) => {
        // The folder of a test lies on a disk; on a host it has to lie in memory.
        const files = { ...denoFiles, isInMemory: () => Promise.resolve(success(true)) };
        const env = { ...docker.env, RUNTIME_DIRECTORY: `${folder}/runtime` };
        const apply = async (): Promise<readonly (string | undefined)[]> => {
          const { out, err } = await magos(["apply", "--json"], { env, files });
          assert.notEqual(out, "", err);
          const { stacks, problems }: ApplyJson = JSON.parse(out);
          return [stacks[0]?.state, ...problems.map(({ code }) => code)];
        };
        const idOf = (service: string): Promise<string> =>
          docker.client("ps", "--quiet", "--no-trunc", "--filter", `label=com.docker.compose.service=${service}`);
        const runs = async (): Promise<string> => await docker.digestOf(await idOf("web"));

        assert.deepEqual(await apply(), ["deployed"]);
        const side = await idOf("side");
        assert.equal(await runs(), one);
        assert.deepEqual(await apply(), ["current"]);

        const bad = await docker.pushImage("you/web", "1.1", "bad", ["sh", "-c", "exit 3"]);
        await remote.push({ [file]: compose("1.1", bad) });
        assert.deepEqual(await apply(), ["rolled-back", "stack.rolled_back"]);
        assert.equal(await runs(), one);
        assert.equal(await text("main", file), compose("1.0", one), "reverted in git");
        assert.deepEqual(await apply(), ["current"]);

        const two = await docker.pushImage("you/web", "1.2", "two");
        await remote.push({ [file]: compose("1.2", two) });
        assert.deepEqual(await apply(), ["deployed"]);
        await docker.client("rm", "--force", await idOf("web"));
        assert.deepEqual(await apply(), ["repaired"]);
        assert.equal(await runs(), two);
        assert.equal(await idOf("side"), side, "never made anew");

        await remote.push({ "magos.yaml": "apps: []\n" });
        assert.deepEqual(await apply(), ["removed"]);
        assert.equal(await docker.client("ps", "--all", "--quiet"), "");
        assert.equal(await docker.client("volume", "ls", "--quiet"), "web_data");
      });
    }),
});
