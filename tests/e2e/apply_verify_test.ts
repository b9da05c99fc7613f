// apply builds on verified commits alone, and then hooks run: with real podman and real signatures.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { podmanPrograms } from "../fakes/podman_world.ts";
import { commitTo, makeSshKey } from "../fakes/signing_keys.ts";
import { webCompose, withApplyHome } from "./apply_home.ts";

const need = needs(...podmanPrograms, "ssh-keygen");
const file = "stacks/web/compose.yaml";

Deno.test({
  name: `apply refuses an unsigned head before anything is touched, and runs hooks of verified commits${need.suffix}`,
  ignore: need.ignore,
  fn: () => {
    let one = "";
    return withApplyHome({
      tree: async (images, push) => {
        one = await push("you/web", "1.0", "one");
        return { "notes.md": "first\n", [file]: webCompose(images, "1.0", one) };
      },
    }, async (home) => {
      const { folder, remote, images } = home;
      const ada = await makeSshKey(folder, "ada");
      await Deno.writeTextFile(`${folder}/signers`, `ada@example.org ${ada.publicKey}\n`, { mode: 0o600 });
      const text = await Deno.readTextFile(home.config);
      await Deno.writeTextFile(
        home.config,
        text.replace("repo: {", "repo: { verifyCommits: { allowedSigners: signers },"),
      );
      const hook =
        `apps: [{ name: web, compose: ${file}, hooks: { pre: 'echo "$MAGOS_STACK" > ${folder}/hooked' } }]\n`;
      await commitTo(remote.path, ada, { files: { "magos.yaml": hook } });
      const first = await home.apply();
      assert.equal(first.code, 0, JSON.stringify(first.report));
      assert.deepEqual([first.report.stacks[0]?.state, first.report.signer], ["deployed", "ada@example.org"]);
      assert.equal(await Deno.readTextFile(`${folder}/hooked`), "web\n");

      const two = await home.podman.pushImage("you/web", "1.1", "two");
      const evil = await remote.push({ [file]: webCompose(images, "1.1", two) });
      const refused = await home.apply();
      assert.deepEqual([refused.code, refused.report.problems[0]?.code], [1, "git.unverified"]);
      assert.equal(await home.digestOf("web"), one);
      const accepted = await home.apply("--accept", evil);
      assert.equal(accepted.code, 0, JSON.stringify(accepted.report));
      assert.equal(await home.digestOf("web"), two);
      assert.equal((await home.apply("--accept", evil, "--dry-run")).code, 2);
    });
  },
});
