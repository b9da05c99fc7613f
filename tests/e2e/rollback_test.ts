// magos rollback: images go back in git by a person's word, their digests are held, and update respects it.
import assert from "node:assert/strict";
import { rollbackShape } from "../contract/report_shapes.ts";
import { release, withHomelab } from "./homelab.ts";

const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const compose = 'services:\n  web:\n    image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n';
const tree = {
  "stacks/web/compose.yaml": compose,
  "other.yaml": 'image: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n',
};
const settings = "apps: [{ name: web, compose: stacks/web/compose.yaml }]\n";

Deno.test("rollback takes back what update moved last, holds it, and update leaves it alone", () =>
  withHomelab({ tree, images, settings }, async (homelab) => {
    const { magos, remote, text } = homelab;
    const first = await remote.revision();
    assert.equal((await magos(["update"])).code, 0);
    const moved = await remote.revision();
    const ran = await magos(["rollback", "web", "--json"]);
    assert.equal(ran.code, 0, ran.err + ran.out);
    const report = rollbackShape.parse(JSON.parse(ran.out));
    assert.deepEqual([report.to, report.revert?.state, report.revert?.changes], [first, "pushed", 1]);
    assert.equal(await text("main", "stacks/web/compose.yaml"), compose);
    assert.match(await text("main", "other.yaml"), /web:1\.38@/, "other stacks keep what they have");
    const message = await remote.git("log", "-1", "--format=%B", "main");
    assert.match(message, new RegExp(`Magos-Revert: ${moved}\nMagos-Reason: rolled back by hand to`));
    const plan = JSON.parse((await magos(["update", "--json"])).out).plan;
    const states = plan.decisions.map((it: { target: { file: string }; state: string }) => [it.target.file, it.state]);
    assert.deepEqual(states.sort(), [["other.yaml", "current"], ["stacks/web/compose.yaml", "held"]]);
    const again = await magos(["rollback", "web"]);
    assert.deepEqual([again.code, again.out], [
      0,
      `No marked value of web differs from ${first.slice(0, 12)}; nothing to take back.\n`,
    ]);
    const forth = await magos(["rollback", "web", "--to", moved.slice(0, 12)]);
    assert.equal(forth.code, 0, forth.err);
    assert.match(await text("main", "stacks/web/compose.yaml"), /web:1\.38@/);
    assert.match(forth.err, /web@sha256:[0-9a-f]{64} is quarantined, held by .* rolled back by hand/);
    const unhold = /(?:magos )(unhold) (\S+@sha256:[0-9a-f]{64})/.exec(forth.err);
    assert.equal((await magos(["rollback", "web", "--to", first])).code, 0);
    const held = [...(await text("main", ".magos/holds.yaml")).matchAll(/digest: (\S+)/g)].map(([, digest]) => digest);
    assert.equal(new Set(held).size, held.length, "no digest stands twice");
    assert.equal((await magos([unhold?.[1] ?? "", unhold?.[2] ?? ""])).code, 0);
    assert.doesNotMatch((await magos(["rollback", "web", "--to", moved])).err, /quarantined/);
  }));

Deno.test("rollback refuses what is no stack, no commit of the branch, or was never moved", () =>
  withHomelab({ tree, images, settings }, async ({ magos, remote }) => {
    const before = await remote.revision();
    for (
      const [args, words] of [
        [["wep"], /no stack of this host[\s\S]*did you mean "web"/],
        [["web"], /no commit of magos moved an image of web/],
        [["web", "--to", "main"], /not a commit id/],
        [["web", "--to", "0".repeat(12)], /is not among the last 1000 commits of the branch main/],
        [["web", "--to", "0".repeat(40)], /is not on the branch main/],
      ] as const
    ) {
      const ran = await magos(["rollback", ...args]);
      assert.equal(ran.code, 2, ran.err);
      assert.match(ran.err, words);
    }
    assert.equal(await remote.revision(), before);
  }));

Deno.test("rollback goes to a branch where updates do", () =>
  withHomelab({ tree, images, settings }, async ({ magos, remote, config, text }) => {
    assert.equal((await magos(["update"])).code, 0);
    await Deno.writeTextFile(config, "update: { delivery: branch, branch: updates }\n", { append: true });
    const before = await remote.revision();
    const { revert } = JSON.parse((await magos(["rollback", "web", "--json"])).out);
    assert.match(revert.branch, /^magos\/revert-[0-9a-f]{12}$/);
    assert.equal(await text(revert.branch, "stacks/web/compose.yaml"), compose);
    assert.equal(await remote.revision(), before);
    const again = JSON.parse((await magos(["rollback", "web", "--json"])).out);
    assert.deepEqual([again.revert.state, again.revert.branch], ["unchanged", revert.branch]);
  }));
