// A whole update over SSH: the key that the configuration names, and the host keys that it names, are all there is.
import assert from "node:assert/strict";
import { needs } from "../fakes/needs.ts";
import { type SshServer, startSshServer } from "../fakes/ssh_server.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const { ignore, suffix } = needs("sshd", "ssh-keygen");
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };

async function withSsh(test: (homelab: Homelab, ssh: SshServer) => Promise<void>): Promise<void> {
  const keys = await Deno.makeTempDir({ prefix: "magos-keys-" });
  const ssh = await startSshServer(keys);
  const repo = (_server: unknown, folder: string): string =>
    `repo:
  url: "${ssh.url(`${folder}/homelab.git`)}"
  auth: { sshKeyFile: "${ssh.keyFile}", knownHostsFile: "${ssh.knownHostsFile}" }`;
  try {
    await withHomelab({ tree, images, repo }, (homelab) => test(homelab, ssh));
  } finally {
    await ssh.close();
    await Deno.remove(keys, { recursive: true });
  }
}

Deno.test({
  name: `update fetches and pushes over SSH, and a second pass does nothing${suffix}`,
  ignore,
  fn: () =>
    withSsh(async (homelab, ssh) => {
      const first = await homelab.magos(["update", "--json"]);
      assert.equal(first.code, 0, first.err + first.out);
      const head = await homelab.remote.revision();
      assert.match(await homelab.text(head, "compose.yaml"), /^a: ghcr\.io\/you\/web:1\.38@sha256:/);
      const before = ssh.connections();
      const second = await homelab.magos(["update", "--json"]);
      assert.deepEqual([second.code, JSON.parse(second.out).result], [0, "nothing"]);
      // The question for the heads, and no more.
      assert.equal(ssh.connections() - before, 1);
    }),
});

Deno.test({
  name: `update and doctor tell what is wrong with SSH, each with its cure${suffix}`,
  ignore,
  fn: () =>
    withSsh(async (homelab, ssh) => {
      const doctor = async (): Promise<{ readonly state: string; readonly message: string; readonly cure: string }> =>
        JSON.parse((await homelab.magos(["doctor", "git", "--json"])).out).checks[0];
      assert.equal((await doctor()).state, "ok");
      ssh.options.allows = "none";
      const ran = await homelab.magos(["update", "--json"]);
      assert.deepEqual([ran.code, JSON.parse(ran.out).problems[0].code], [1, "git.unauthorized"]);
      assert.match((await doctor()).cure, /deploy key/);
      ssh.options.allows = "reading";
      const push = await homelab.magos(["update", "--json"]);
      assert.deepEqual([push.code, JSON.parse(push.out).problems[0].code], [1, "git.denied"]);
      await ssh.changeHostKey();
      const changed = await homelab.magos(["update", "--json"]);
      assert.deepEqual([changed.code, JSON.parse(changed.out).problems[0].code], [1, "git.host_changed"]);
      assert.match((await doctor()).cure, /knownHostsFile/);
      await Deno.chmod(ssh.keyFile, 0o644);
      assert.match((await doctor()).cure, /chmod 0600/);
    }),
});
