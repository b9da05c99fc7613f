// magos bootstrap once more: after a kill, with another token, under other names, and in places that are not one's own.
import assert from "node:assert/strict";
import { cli } from "../../src/cli/cli.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { testSystem } from "../fakes/test_system.ts";
import { makeGitRemote } from "../fakes/git_remote.ts";
import { makeKey } from "../fakes/ssh_server.ts";
import { type NewHost, ssh, token, tree, withHost, withKeys } from "./new_host.ts";

const pusher = { push: true, admin: false };

Deno.test("bootstrap takes a newer token of its file in place of the one that it has kept, and no older one", () =>
  withHost({ kind: "gitea", owner: pusher }, async (host) => {
    assert.equal((await host.bootstrap()).code, 0);
    const kept = `${host.home}/.config/magos/token`;
    await Deno.writeTextFile(kept, "expired-canary\n");
    await Deno.utime(kept, new Date(0), new Date(0));
    const dry = await host.bootstrap("--dry-run");
    assert.deepEqual([dry.code, await host.read("token")], [0, "expired-canary\n"]);
    const again = await host.bootstrap();
    assert.deepEqual([again.code, await host.read("token")], [0, `${token}\n`], again.all);
    assert.ok(again.steps.includes("login done"), again.all);
    assert.equal((await Deno.stat(kept)).mode, 0o100600);
    // Who put a new one there himself has left the old file behind.
    const file = `${host.folder}/config/secrets-flux.yaml`;
    await Deno.writeTextFile(file, "token: old-canary\n");
    await Deno.utime(file, new Date(0), new Date(0));
    assert.equal((await host.bootstrap()).code, 0);
    assert.equal(await host.read("token"), `${token}\n`);
  }));

Deno.test("bootstrap with a disk that is full while it writes leaves nothing that keeps it from going on", () =>
  withHost({ kind: "gitea", owner: pusher }, async (host) => {
    const config = `${host.home}/.config/magos/config.yaml`;
    for (const begins of [`${host.home}/.config/magos/`]) {
      const env = {
        HOME: host.home,
        MAGOS_REPO_FORGE: "gitea",
        MAGOS_REPO_FORGE_URL: host.forge.url,
        STATE_DIRECTORY: `${host.home}/state`,
      };
      const files: typeof denoFiles = {
        ...denoFiles,
        // As write(2) does: the file is there, and not all of it.
        async write(path, bytes, mode) {
          if (!path.startsWith(begins) || !path.includes("config.yaml")) {
            return await denoFiles.write(path, bytes, mode);
          }
          await denoFiles.write(path, bytes.slice(0, 10), mode);
          return { ok: false, failure: { code: "state.write_failed", message: "No space left", retry: "never" } };
        },
      };
      const machine = testSystem(host.folder, env, { files });
      assert.equal(await cli(["bootstrap", "--user", "--json"], machine.system), 1, machine.out());
      assert.equal(await Deno.stat(config).then(() => true, () => false), false);
    }
    assert.equal((await host.bootstrap()).code, 0);
  }));

Deno.test({
  name: `bootstrap knows its own host again when the forge spells its SSH address in another way${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      // git.example.org over HTTPS, ssh.example.org over SSH: here two names of loopback.
      const flux = `${host.folder}/config/flux.yaml`;
      await Deno.writeTextFile(flux, (await Deno.readTextFile(flux)).replace("127.0.0.1", "localhost"));
      const first = await host.bootstrap();
      assert.equal(first.code, 0, first.all);
      const again = await host.bootstrap();
      assert.deepEqual([again.code, again.steps[0]], [0, "login there"], again.all);
      await Deno.writeTextFile(flux, (await Deno.readTextFile(flux)).replace("you/", "them/"));
      assert.deepEqual((await host.bootstrap()).codes, ["bootstrap.other_repo"]);
    }),
});

Deno.test({
  name: `bootstrap killed while its key was made makes another one${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      const folder = `${host.home}/.config/magos`;
      await Deno.mkdir(folder, { recursive: true });
      // What ssh-keygen leaves when it ends between its two files.
      await makeKey(`${folder}/deploy_key.new`);
      await Deno.remove(`${folder}/deploy_key.new.pub`);
      const { code, all } = await host.bootstrap();
      assert.equal(code, 0, all);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assert.deepEqual(names, ["config.yaml", "deploy_key", "deploy_key.pub", "known_hosts"]);
    }),
});

Deno.test({
  name: `bootstrap --dry-run says that a key would be made, and not that the token would be kept${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      const { code, all } = await host.bootstrap("--dry-run");
      assert.equal(code, 0);
      assert.match(all, /"step":"login","state":"planned","message":"a deploy key/);
      assert.doesNotMatch(all, /the token itself/);
    }),
});

Deno.test("bootstrap writes no token beside an SSH address, which a token cannot open", () =>
  withHost({ kind: "gitea", owner: pusher }, async (host) => {
    await Deno.writeTextFile(`${host.folder}/config/flux.yaml`, "repo: git@127.0.0.1:you/homelab.git\n");
    const { code, codes, cures } = await host.bootstrap();
    assert.deepEqual([code, codes], [1, ["bootstrap.incomplete"]]);
    assert.match(cures, /https/);
    assert.deepEqual([...Deno.readDirSync(`${host.home}/.config/magos`)], []);
  }));

Deno.test("bootstrap sends no token where a file that others can write says", () =>
  withHost({ kind: "gitea", owner: pusher }, async (host) => {
    const flux = `${host.folder}/config/flux.yaml`;
    for (const mode of [0o666, 0o664]) {
      await Deno.chmod(flux, mode);
      const { code, codes, cures } = await host.bootstrap();
      assert.deepEqual([code, codes], [2, ["config.untrusted_file"]]);
      assert.match(cures, /chmod go-w/);
    }
    await Deno.rename(flux, `${host.folder}/elsewhere`);
    await Deno.chmod(`${host.folder}/elsewhere`, 0o644);
    await Deno.symlink(`${host.folder}/elsewhere`, flux);
    assert.deepEqual((await host.bootstrap()).codes, ["config.untrusted_file"]);
    await Deno.remove(flux);
    await Deno.copyFile(`${host.folder}/elsewhere`, flux);
    // As root in the folder of somebody else.
    assert.deepEqual((await asUser(host, (Deno.uid() ?? 0) + 1)).codes, ["config.untrusted_file"]);
    assert.deepEqual(host.forge.seen, []);
  }));

async function asUser(host: NewHost, uid: number): Promise<{ readonly codes: readonly string[] }> {
  const files: typeof denoFiles = {
    ...denoFiles,
    async stat(path) {
      const info = await denoFiles.stat(path);
      const mine = {
        ...info.ok ? info.value : null,
        uid: path.endsWith("flux.yaml") && !path.includes("secrets") ? uid + 7 : uid,
      };
      return info.ok && info.value !== null ? { ok: true, value: { ...info.value, uid: mine.uid } } : info;
    },
  };
  const machine = testSystem(host.folder, { HOME: host.home }, { files, uid });
  await cli(["bootstrap", "--user", "--json"], machine.system);
  return { codes: JSON.parse(machine.out()).problems.map((it: { code: string }) => it.code) };
}

Deno.test("bootstrap proves what the service will see, and not what the caller's environment names", () =>
  withHost({ kind: "gitea", owner: pusher }, async (host) => {
    const folder = await Deno.makeTempDir({ dir: host.home });
    const other = await makeGitRemote(folder, tree);
    host.env["MD_REPO"] = other.path;
    host.env["MAGOS_REPO_BRANCH"] = "trunk";
    await Deno.writeTextFile(`${host.folder}/.env`, `MAGOS_REPO=${other.path}\n`);
    const { code, all } = await host.bootstrap();
    assert.equal(code, 0, all);
    assert.match(all, /"step":"clone","state":"done","message":"http:[^"]*\/you\/homelab\.git: main is at/);
    assert.deepEqual((await host.bootstrap("--repo", other.path)).codes, ["usage.invalid"]);
  }));
