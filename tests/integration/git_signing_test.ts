// Commits that magos signs, judged by git itself; and keys with which it cannot.
import assert from "node:assert/strict";
import type { SigningKey } from "../../src/core/documents/config.ts";
import { checkOut, commitFiles, must, mustFail, setUpGit } from "../fakes/git_setup.ts";
import { type GitWorld, withGitWorld } from "../fakes/git_world.ts";
import { needs } from "../fakes/needs.ts";
import { runGitAs } from "../fakes/run_git.ts";
import { makeGpgKey, makeSshKey, withGpgHome } from "../fakes/signing_keys.ts";

const author = { name: "magos", email: "magos@localhost" };
const ssh = needs("git", "ssh-keygen");
const gpg = needs("git", "gpg");

async function signAndPush(world: GitWorld, sign: SigningKey, env: Readonly<Record<string, string>> = {}) {
  const { git } = setUpGit(`${world.folder}/state`, world.url, { sign, env });
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "a: 2\n" });
  must(await git.push({ commit, branch: "main", lease: tree.revision }));
  await tree.close();
  return commit;
}

async function failToSign(world: GitWorld, sign: SigningKey, env: Readonly<Record<string, string>> = {}) {
  const { git } = setUpGit(`${world.folder}/state`, world.url, { sign, env });
  const tree = await checkOut(git);
  await Deno.writeTextFile(`${tree.root}/a.yaml`, "a: 2\n");
  const failed = mustFail(await git.commit({ checkout: tree, files: ["a.yaml"], message: "m", author, time: 0 }));
  await tree.close();
  return failed;
}

Deno.test({
  name: `commit() signs with an ssh key, as git verify-commit confirms in a clone${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
      const key = await makeSshKey(world.folder, "bot");
      const commit = await signAndPush(world, { ssh: key.path });
      await Deno.writeTextFile(`${world.folder}/signers`, `bot@example.org ${key.publicKey}\n`);
      await runGitAs(world.folder, ["clone", "-q", world.remote.path, "clone"]);
      const trust = ["-c", `gpg.ssh.allowedSignersFile=${world.folder}/signers`];
      await runGitAs(`${world.folder}/clone`, [...trust, "verify-commit", commit]);
      const said = await runGitAs(`${world.folder}/clone`, [...trust, "log", "-1", "--format=%G? %GS", commit]);
      assert.equal(said, "G bot@example.org");
    }),
});

Deno.test({
  name: `commit() signs with a gpg key of the user's own keyring${gpg.suffix}`,
  ignore: gpg.ignore,
  fn: () =>
    withGpgHome((home) =>
      withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
        const key = await makeGpgKey(home, "bot");
        const commit = await signAndPush(world, { gpg: key.fingerprint }, { GNUPGHOME: home });
        await runGitAs(world.remote.path, ["verify-commit", commit], { GNUPGHOME: home });
        const said = await runGitAs(world.remote.path, ["log", "-1", "--format=%GF", commit], { GNUPGHOME: home });
        assert.equal(said, key.fingerprint);
      })
    ),
});

Deno.test({
  name: `commit() without update.commit.sign signs nothing${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withGitWorld("path", { "a.yaml": "a: 1\n" }, async ({ setUp, remote }) => {
      const { git } = setUp();
      const tree = await checkOut(git);
      const commit = await commitFiles(git, tree, { "a.yaml": "a: 2\n" });
      must(await git.push({ commit, branch: "main", lease: tree.revision }));
      assert.doesNotMatch(await remote.git("cat-file", "commit", commit), /gpgsig/);
      await tree.close();
    }),
});

Deno.test({
  name: `commit() refuses an ssh key that is missing, has a passphrase or is open to others${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
      const missing = await failToSign(world, { ssh: `${world.folder}/none` });
      assert.equal(missing.code, "git.signing_failed");
      assert.match(missing.cure ?? "", /update\.commit\.sign\.ssh/);
      const locked = await makeSshKey(world.folder, "locked", "secret phrase");
      const asked = await failToSign(world, { ssh: locked.path });
      assert.equal(asked.code, "git.signing_failed");
      assert.match(asked.cure ?? "", /without a passphrase/);
      const open = await makeSshKey(world.folder, "open");
      await Deno.chmod(open.path, 0o644);
      const refused = await failToSign(world, { ssh: open.path });
      assert.equal(refused.code, "git.signing_failed");
      assert.equal(refused.cure, `chmod 600 ${open.path}`);
      assert.equal(await world.remote.git("rev-list", "--count", "main"), "1");
    }),
});

Deno.test({
  name: `commit() refuses a gpg key that is missing or has a passphrase${gpg.suffix}`,
  ignore: gpg.ignore,
  fn: () =>
    withGpgHome((home) =>
      withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
        const locked = await makeGpgKey(home, "locked", "secret phrase");
        await new Deno.Command("gpgconf", { args: ["--kill", "gpg-agent"], env: { GNUPGHOME: home } }).output();
        for (const id of ["0123456789ABCDEF", locked.fingerprint]) {
          const failed = await failToSign(world, { gpg: id }, { GNUPGHOME: home });
          assert.equal(failed.code, "git.signing_failed");
          assert.match(failed.cure ?? "", /gpg --list-secret-keys/);
        }
      })
    ),
});

Deno.test({
  name: `commit() refuses what this host would not believe itself${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
      const [known, other] = [await makeSshKey(world.folder, "known"), await makeSshKey(world.folder, "other")];
      const allowedSigners = `${world.folder}/signers`;
      await Deno.writeTextFile(allowedSigners, `known ${known.publicKey}\n`, { mode: 0o600 });
      const trust = { allowedSigners, gpgKeys: null, bots: [] };
      for (const [sign, why] of [[{ ssh: other.path }, /no allowed signer's/], [null, /sign is not set/]] as const) {
        const { git } = setUpGit(`${world.folder}/state`, world.url, { sign, trust });
        const tree = await checkOut(git);
        await Deno.writeTextFile(`${tree.root}/a.yaml`, "a: 2\n");
        const failed = mustFail(await git.commit({ checkout: tree, files: ["a.yaml"], message: "m", author, time: 0 }));
        assert.equal(failed.code, "git.signing_failed");
        assert.match(failed.message, why);
        await tree.close();
      }
    }),
});

Deno.test({
  name: `commit() says which program is missing${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withGitWorld("path", { "a.yaml": "a: 1\n" }, async (world) => {
      const path = await onlyGit(world.folder);
      const failed = await failToSign(world, { ssh: `${world.folder}/none` }, { PATH: path });
      assert.equal(failed.code, "process.missing");
      assert.match(failed.cure ?? "", /openssh-client/);
      const other = await failToSign(world, { gpg: "0123456789ABCDEF" }, { PATH: path });
      assert.equal(other.code, "process.missing");
      assert.match(other.cure ?? "", /gnupg/);
    }),
});

/** A folder for PATH in which git is the only program. */
async function onlyGit(folder: string): Promise<string> {
  await Deno.mkdir(`${folder}/bin`);
  for (const place of (Deno.env.get("PATH") ?? "").split(":")) {
    const there = await Deno.stat(`${place}/git`).then((it) => it.isFile, () => false);
    if (!there) continue;
    await Deno.symlink(`${place}/git`, `${folder}/bin/git`);
    break;
  }
  return `${folder}/bin`;
}
