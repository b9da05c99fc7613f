// A full disk under the state of a host that runs real containers: what runs stays, and the owner is told.
import assert from "node:assert/strict";
import { emptyDisk, fillDisk } from "../fakes/ballast.ts";
import { withMemoryFolder } from "../fakes/memory_folder.ts";
import { needs } from "../fakes/needs.ts";
import { podmanPrograms } from "../fakes/podman_world.ts";
import { webCompose, withApplyHome } from "./apply_home.ts";
import type { Reported } from "./half_done.ts";

const need = needs(...podmanPrograms, "tmpfs");
const file = "stacks/web/compose.yaml";
const app = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

Deno.test({
  name: `apply on a full disk fails with its cure, leaves what runs, and deploys when there is room${need.suffix}`,
  ignore: need.ignore,
  fn: () =>
    withMemoryFolder(async (disk) => {
      let one = "";
      await withApplyHome({
        stateDir: disk,
        tree: async (images, push) => {
          one = await push("you/web", "1.0", "one");
          return { "magos.yaml": app, [file]: webCompose(images, "1.0", one) };
        },
      }, async (home) => {
        assert.equal((await home.apply()).code, 0);
        const id = await home.podman.podman("ps", "--quiet");
        const two = await home.podman.pushImage("you/web", "1.1", "two");
        await home.remote.push({
          [file]: webCompose(home.images, "1.1", two),
          "stacks/web/a.bin": crypto.getRandomValues(new Uint8Array(60_000)),
        });
        // Too little for the run's row, then for the checkout.
        for (const leave of [0, 100]) {
          fillDisk(disk, leave);
          const { code, out } = await home.magos(["apply", "--json"]);
          const { problems }: Reported = JSON.parse(out);
          assert.deepEqual([code, problems.map((it) => it.code)], [1, ["state.write_failed"]], out);
          assert.match(problems[0]?.cure ?? "", /make room|has room/);
          assert.deepEqual([await home.digestOf("web"), await home.podman.podman("ps", "--quiet")], [one, id]);
          await emptyDisk(disk);
        }
        const { code, report } = await home.apply();
        assert.deepEqual([code, report.stacks[0]?.state, await home.digestOf("web")], [0, "deployed", two]);
        assert.deepEqual(report.problems, [], "neither state nor mirror was begun anew");
        assert.equal((await home.apply()).report.result, "nothing");
      });
    }, "4m"),
});
