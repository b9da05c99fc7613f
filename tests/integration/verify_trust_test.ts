// Whose signatures count: the host's own files, and keys of both kinds.
import assert from "node:assert/strict";
import type { VerifyCommits } from "../../src/core/documents/config.ts";
import { must, mustFail } from "../fakes/git_setup.ts";
import { needs } from "../fakes/needs.ts";
import { makeGpgKey, withGpgHome } from "../fakes/signing_keys.ts";
import { compose, type Key, type Stage, withStage } from "../fakes/verify_stage.ts";

const ssh = needs("git", "ssh-keygen");
const gpg = needs("git", "gpg");

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test({ name: `${name}${ssh.suffix}`, ignore: ssh.ignore, fn: () => withStage(run) });
}

test("the trust file must be the host's own", async (stage) => {
  const code = async (trust: Partial<VerifyCommits>): Promise<string> => {
    await stage.commit(stage.ada, {});
    const failed = mustFail(await stage.follow({ trust }));
    assert.equal(failed.code, "config.unusable_signers");
    return failed.message;
  };
  assert.match(await code({ allowedSigners: `${stage.folder}/none` }), /is not there/);
  assert.match(await code({ bots: ["bto"] }), /no trusted key goes by the name "bto"/);
  const open = `${stage.folder}/open`;
  await Deno.writeTextFile(open, await Deno.readTextFile(`${stage.folder}/signers`));
  await Deno.chmod(open, 0o664);
  assert.match(await code({ allowedSigners: open }), /can be written by others/);
  await Deno.writeTextFile(`${stage.folder}/empty`, "# nobody\n", { mode: 0o600 });
  assert.match(await code({ allowedSigners: `${stage.folder}/empty` }), /holds no key/);
  await stage.git("clone", "-q", ".", `${stage.folder}/clone`);
  await Deno.copyFile(`${stage.folder}/signers`, `${stage.folder}/clone/signers`);
  assert.match(await code({ allowedSigners: `${stage.folder}/clone/signers` }), /stands in a clone of the repository/);
});

test("a verified head is not verified again", async (stage) => {
  // Without the trust file nothing could be verified.
  await Deno.remove(`${stage.folder}/signers`);
  assert.deepEqual(must(await stage.follow()).problems, []);
});

Deno.test({
  name: `gpg keys: a good one is followed, others are told apart${gpg.suffix}`,
  ignore: gpg.ignore || ssh.ignore,
  fn: () =>
    withGpgHome((home) =>
      withStage(async (stage) => {
        const [person, robot, eve] = [
          await makeGpgKey(home, "person"),
          await makeGpgKey(home, "robot"),
          await makeGpgKey(home, "eve"),
        ];
        const gpgKeys = `${stage.folder}/keys.asc`;
        await Deno.writeTextFile(gpgKeys, person.publicKey + robot.publicKey, { mode: 0o600 });
        const trust = { gpgKeys, bots: ["bot", "robot@example.org"] };
        await stage.commit(person, { files: { "run.sh": "by gpg\n" } });
        await stage.commit(robot, { files: { "c.yaml": compose("1.1") } });
        const good = await stage.commit(stage.ada, { files: { "run.sh": "by ssh\n" } });
        assert.equal(must(await stage.follow({ trust })).head.revision, good);
        const cases: readonly (readonly [Key, RegExp])[] = [
          [eve, /that no allowed signer has/],
          [robot, /is a bot's and changes run\.sh/],
        ];
        for (const [key, why] of cases) {
          await stage.commit(key, { files: { "run.sh": "evil\n" }, parents: [good] });
          assert.match(mustFail(await stage.follow({ trust })).message, why);
        }
        await stage.commit(robot, { files: { "run.sh": "evil\n" }, parents: [good] });
        const byPrint = { ...trust, bots: [robot.fingerprint] };
        assert.match(mustFail(await stage.follow({ trust: byPrint })).message, /is a bot's/);
      })
    ),
});

Deno.test({
  name: `gpg keys: one whose time is over is refused${gpg.suffix}`,
  ignore: gpg.ignore || ssh.ignore,
  fn: () =>
    withGpgHome((home) =>
      withStage(async (stage) => {
        // For this home it is the year 2020.
        await Deno.writeTextFile(`${home}/gpg.conf`, "faked-system-time 20200601T000000\n");
        const old = await makeGpgKey(home, "old", "", "1y");
        // Each gpg begins at that moment again: a day later none stands before the key was made.
        await Deno.writeTextFile(`${home}/gpg.conf`, "faked-system-time 20200602T000000\n");
        const gpgKeys = `${stage.folder}/keys.asc`;
        await Deno.writeTextFile(gpgKeys, old.publicKey, { mode: 0o600 });
        await stage.commit(old, { files: { "run.sh": "late\n" } });
        assert.match(mustFail(await stage.follow({ trust: { gpgKeys } })).message, /whose time is over/);
      })
    ),
});
