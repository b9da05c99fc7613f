// Git over a real SSH server: one key, one known host, and each refusal told apart.
import assert from "node:assert/strict";
import { sshAuth } from "../../src/adapters/git/ssh_auth.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { type GitRemote, makeGitRemote } from "../fakes/git_remote.ts";
import { checkOut, commitFiles, type GitSetup, must, mustFail, setUpGit } from "../fakes/git_setup.ts";
import { needs } from "../fakes/needs.ts";
import { makeKey, type SshServer, startSshServer } from "../fakes/ssh_server.ts";

const { ignore, suffix } = needs("sshd", "ssh-keygen");

interface World {
  readonly folder: string;
  readonly remote: GitRemote;
  readonly server: SshServer;
  setUp(changes?: {
    readonly keyFile?: string | null;
    readonly knownHostsFile?: string | null;
    readonly url?: string;
    readonly env?: Readonly<Record<string, string>>;
  }): GitSetup;
}

function test(name: string, run: (world: World) => Promise<void>): void {
  Deno.test({
    name: `git over SSH: ${name}${suffix}`,
    ignore,
    async fn() {
      // A name that a shell, ssh's own quoting and its tokens would all stumble over.
      const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos ssh %h '$(x) " }));
      const plain = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-ssh-" }));
      const server = await startSshServer(folder);
      try {
        const remote = await makeGitRemote(plain, { "a.yaml": "image: a:1\n" });
        await run({
          folder,
          remote,
          server,
          setUp(changes = {}) {
            const url = changes.url ?? server.url(remote.path);
            const { keyFile, knownHostsFile } = { ...server, ...changes };
            const auth = sshAuth({ files: denoFiles, uid: Deno.uid(), url, keyFile, knownHostsFile });
            return setUpGit(`${folder}/state`, url, { auth, env: changes.env ?? {} });
          },
        });
      } finally {
        await server.close();
        for (const path of [folder, plain]) await Deno.remove(path, { recursive: true });
      }
    },
  });
}

test("head, fetch, checkout, commit and push", async ({ setUp, remote, server }) => {
  const { git, commands } = setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  assert.deepEqual(must(await git.push({ commit, branch: "main", lease: tree.revision })), { state: "pushed" });
  assert.equal(await remote.revision(), commit);
  assert.equal(new TextDecoder().decode(await remote.show(commit, "a.yaml")), "image: a:2\n");
  assert.ok(server.connections() >= 3);
  await tree.close();
  const spoken = commands.filter(({ env }) => env["GIT_SSH_COMMAND"] !== undefined);
  assert.ok(spoken.length >= 3 && spoken.every(({ env }) => env["GIT_ALLOW_PROTOCOL"] === "ssh"));
  assert.ok(commands.some(({ env }) => env["GIT_SSH_COMMAND"] === undefined && env["GIT_ALLOW_PROTOCOL"] === "none"));
});

test("a key that the server does not know is unauthorized", async ({ setUp, server }) => {
  server.options.allows = "none";
  const failed = mustFail(await setUp().git.head(null));
  assert.deepEqual([failed.code, failed.retry], ["git.unauthorized", "never"]);
  assert.match(failed.cure ?? "", /deploy key/);
});

test("an agent with the right key is not asked", async ({ setUp, folder, server }) => {
  await makeKey(`${folder}/other`);
  const agent = new Deno.Command("ssh-agent", { args: ["-D", "-a", `${folder}/agent`], stdout: "null" }).spawn();
  try {
    const env = { SSH_AUTH_SOCK: `${folder}/agent` };
    while (
      !(await new Deno.Command("ssh-add", { args: ["-q", server.keyFile], env, stderr: "null" }).output()).success
    );
    const failed = mustFail(await setUp({ keyFile: `${folder}/other`, env }).git.head(null));
    assert.equal(failed.code, "git.unauthorized");
  } finally {
    agent.kill();
    await agent.status;
  }
});

test("a key that may only read is denied at the push", async ({ setUp, server }) => {
  server.options.allows = "reading";
  const { git } = setUp();
  const tree = await checkOut(git);
  const commit = await commitFiles(git, tree, { "a.yaml": "image: a:2\n" });
  const outcome = must(await git.push({ commit, branch: "main", lease: tree.revision }));
  assert.ok(outcome.state === "refused");
  assert.deepEqual([outcome.failure.code, outcome.failure.retry], ["git.denied", "never"]);
  await tree.close();
});

test("a host that is not among the known ones is never believed", async ({ setUp, folder, server }) => {
  await Deno.writeTextFile(`${folder}/empty`, "");
  const failed = mustFail(await setUp({ knownHostsFile: `${folder}/empty` }).git.head(null));
  assert.deepEqual([failed.code, failed.retry], ["git.host_unknown", "never"]);
  assert.match(failed.cure ?? "", /ssh-keyscan/);
  assert.equal(await Deno.readTextFile(`${folder}/empty`), "");
  assert.equal(server.connections(), 1);
});

test("a host whose key has changed is told apart", async ({ setUp, server }) => {
  must(await setUp().git.head(null));
  await server.changeHostKey();
  const failed = mustFail(await setUp().git.head(null));
  assert.deepEqual([failed.code, failed.retry], ["git.host_changed", "never"]);
  assert.match(failed.cure ?? "", /knownHostsFile/);
});

test("no repository, and no server", async ({ setUp, server }) => {
  const missing = mustFail(await setUp({ url: server.url("/nowhere/none.git") }).git.head(null));
  assert.deepEqual([missing.code, missing.retry], ["git.not_found", "never"]);
  await server.close();
  const gone = mustFail(await setUp().git.head(null));
  assert.deepEqual([gone.code, gone.retry], ["git.unreachable", "later"]);
});

test("a machine without ssh says so", async ({ setUp, folder }) => {
  await Deno.mkdir(`${folder}/bin`);
  const shell = (await new Deno.Command("sh", { args: ["-c", "command -v git"] }).output()).stdout;
  await Deno.symlink(new TextDecoder().decode(shell).trim(), `${folder}/bin/git`);
  const failed = mustFail(await setUp({ env: { PATH: `${folder}/bin` } }).git.head(null));
  assert.equal(failed.code, "process.missing");
  assert.match(failed.cure ?? "", /OpenSSH/);
});

test("files that are not named, not there or not right fail before anything is asked", async (world) => {
  const { setUp, folder, server } = world;
  await makeKey(`${folder}/locked`, "words");
  await makeKey(`${folder}/open`);
  await Deno.chmod(`${folder}/open`, 0o644);
  await Deno.writeTextFile(`${folder}/rubbish`, "hello", { mode: 0o600 });
  const table: readonly (readonly [Parameters<World["setUp"]>[0], string, RegExp])[] = [
    [{ keyFile: null }, "config.missing", /ssh-keygen/],
    [{ knownHostsFile: null }, "config.missing", /ssh-keyscan -p \d+ 127\.0\.0\.1/],
    [{ keyFile: `${folder}/none` }, "config.unreadable", /sshKeyFile/],
    [{ knownHostsFile: `${folder}/none` }, "config.unreadable", /ssh-keyscan/],
    [{ keyFile: `${folder}/locked` }, "config.invalid_value", /ssh-keygen -p/],
    [{ keyFile: `${folder}/open` }, "config.secret_exposed", /chmod 0600/],
    [{ keyFile: `${folder}/open.pub` }, "config.secret_exposed", /chmod/],
    [{ keyFile: `${folder}/rubbish` }, "config.invalid_value", /ssh-keygen/],
  ];
  for (const [changes, code, cure] of table) {
    const failed = mustFail(await setUp(changes).git.head(null));
    assert.equal(failed.code, code, JSON.stringify(changes));
    assert.match(failed.cure ?? "", cure);
  }
  assert.equal(server.connections(), 0);
});
