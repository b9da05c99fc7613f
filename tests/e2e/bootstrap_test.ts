// magos bootstrap: from two files to a host that works, by a deploy key or by the token; twice is as good as once.
import assert from "node:assert/strict";
import { runGitAs } from "../fakes/run_git.ts";
import { ssh, token, tree, withHost, withKeys } from "./new_host.ts";

const byToken = ["clone done", "push done", "plan done", "unit done"];

/** What is left to do on a host that is set up already. */
const stepsAgain = ["login there", "clone done", "push done", "plan done", "unit there"];

for (const kind of ["github", "forgejo", "gitea", "gitlab"] as const) {
  Deno.test(`bootstrap keeps a token that may push and make no key, at ${kind}`, () =>
    withHost(
      { kind, owner: { push: true, admin: false }, scopes: kind === "gitlab" ? ["write_repository"] : null },
      async (
        host,
      ) => {
        const { code, steps, codes } = await host.bootstrap();
        assert.deepEqual([code, codes], [0, ["unit.no_program", "unit.no_systemd"]]);
        assert.deepEqual(steps.filter((it) => !it.startsWith("token")), ["login done", "config done", ...byToken]);
        assert.equal(await host.read("token"), `${token}\n`);
        assert.equal((await Deno.stat(`${host.home}/.config/magos/token`)).mode, 0o100600);
        assert.doesNotMatch(await host.read("config.yaml"), /canary/);
        assert.deepEqual(host.forge.options.keys, []);
        // Once more, without the file: the host is set up already.
        await Deno.remove(`${host.folder}/config/secrets-flux.yaml`);
        const again = await host.bootstrap();
        assert.deepEqual([again.code, again.steps], [0, stepsAgain]);
      },
    ));
}

Deno.test({
  name: `bootstrap makes a deploy key that may push, and keeps no token${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      const first = await host.bootstrap();
      assert.deepEqual([first.code, first.codes], [0, ["unit.no_program", "unit.no_systemd"]], first.all);
      const [key] = host.forge.options.keys;
      assert.deepEqual([key?.title, key?.readOnly], ["magos on testhost", false]);
      assert.match(await host.read("config.yaml"), /sshKeyFile: deploy_key\n/);
      const names = [...Deno.readDirSync(`${host.home}/.config/magos`)].map(({ name }) => name).sort();
      assert.deepEqual(names, ["config.yaml", "deploy_key", "deploy_key.pub", "known_hosts"]);
      assert.equal((await Deno.stat(`${host.home}/.config/magos/deploy_key`)).mode, 0o100600);
      for await (const path of filesBelow(host.home)) {
        assert.ok(!new TextDecoder().decode(await Deno.readFile(path)).includes("canary"), path);
      }
      // Nothing came over HTTP: git speaks SSH from the first word on.
      assert.deepEqual(host.server.seen, []);
      const before = await Deno.readTextFile(`${host.home}/.config/magos/deploy_key`);
      const again = await host.bootstrap();
      assert.deepEqual([again.code, again.steps], [0, stepsAgain]);
      assert.equal(await host.read("deploy_key"), before);
      assert.equal(host.forge.options.keys.length, 1);
    }),
});

Deno.test({
  name: `bootstrap killed after the key was made goes on with it${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      assert.equal((await host.bootstrap()).code, 0);
      const key = await host.read("deploy_key");
      await Deno.remove(`${host.home}/.config/magos/config.yaml`);
      const { code, all } = await host.bootstrap();
      assert.equal(code, 0, all);
      assert.match(all, /which may push: was there/);
      assert.equal(await host.read("deploy_key"), key);
      assert.equal(host.forge.options.keys.length, 1);
    }),
});

Deno.test({
  name: `bootstrap --read-only makes a key that cannot push${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({}, async (host) => {
      const { code, steps, all, codes } = await host.bootstrap("--read-only");
      assert.equal(code, 0, all);
      assert.ok(steps.includes("push skipped"));
      // Without a schedule it would neither push nor deploy.
      assert.ok(codes.includes("bootstrap.incomplete"), all);
      assert.deepEqual(host.forge.options.keys.map(({ readOnly }) => readOnly), [true]);
      // The same host as one that updates: its key is there and may not.
      await Deno.remove(`${host.home}/.config/magos/config.yaml`);
      const more = await host.bootstrap();
      assert.deepEqual([more.code, more.codes], [1, ["bootstrap.incomplete"]]);
      assert.match(more.cures, /delete it at the forge/);
    }),
});

Deno.test({
  name: `bootstrap believes no SSH host key at first sight, shows it, and takes the token instead${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({ hostKeys: [] }, async (host, server) => {
      const { code, all, codes } = await host.bootstrap();
      assert.equal(code, 0, all);
      assert.ok(codes.includes("git.host_unknown"));
      const print = new TextDecoder().decode(
        (await new Deno.Command("ssh-keygen", { args: ["-l", "-f", server.knownHostsFile] }).output()).stdout,
      ).split(" ")[1];
      assert.ok(print?.startsWith("SHA256:") && all.includes(print), all);
      assert.deepEqual(host.forge.options.keys, []);
      assert.match(await host.read("config.yaml"), /tokenFile: token\n/);
    }),
});

Deno.test({
  name: `bootstrap with a token that may neither push nor be helped writes no configuration${ssh.suffix}`,
  ignore: ssh.ignore,
  fn: () =>
    withKeys({ hostKeys: [], owner: { push: false, admin: true } }, async (host) => {
      const { code, codes, cures } = await host.bootstrap();
      assert.deepEqual([code, codes], [1, ["bootstrap.incomplete"]]);
      assert.match(cures, /ssh-keyscan -p \d+ 127\.0\.0\.1 >> /);
      assert.deepEqual([...Deno.readDirSync(`${host.home}/.config/magos`)], []);
    }),
});

Deno.test("bootstrap --dry-run asks and writes nothing", () =>
  withHost({ kind: "gitea" }, async (host) => {
    const { code, steps } = await host.bootstrap("--dry-run");
    assert.equal(code, 0);
    assert.deepEqual(steps.slice(-4), ["clone planned", "push planned", "plan planned", "unit planned"]);
    assert.deepEqual([...Deno.readDirSync(host.home)], []);
    assert.ok(host.forge.seen.every((it) => it.startsWith("GET ")), host.forge.seen.join());
  }));

Deno.test("bootstrap uses no token that others may read, that is a link, or that git keeps", () =>
  withHost({ kind: "gitea" }, async (host) => {
    const file = `${host.folder}/config/secrets-flux.yaml`;
    await Deno.chmod(file, 0o640);
    const open = await host.bootstrap();
    assert.deepEqual([open.code, open.codes], [2, ["config.secret_exposed"]]);
    assert.match(open.cures, /chmod 0600/);
    await Deno.chmod(file, 0o600);
    await runGitAs(host.folder, ["init", "-q"]);
    await runGitAs(host.folder, ["add", "-f", "config/secrets-flux.yaml"]);
    const kept = await host.bootstrap();
    assert.deepEqual([kept.code, kept.codes], [2, ["config.secret_exposed"]]);
    assert.match(kept.cures, /git rm --cached/);
    await runGitAs(host.folder, ["rm", "-q", "--cached", "config/secrets-flux.yaml"]);
    await Deno.rename(file, `${host.folder}/elsewhere`);
    await Deno.symlink(`${host.folder}/elsewhere`, file);
    assert.deepEqual((await host.bootstrap()).codes, ["config.secret_exposed"]);
    assert.deepEqual(host.forge.seen, []);
  }));

Deno.test("bootstrap tells what is wrong with its files by line, and repeats no secret", () =>
  withHost({ kind: "gitea" }, async (host) => {
    const flux = `${host.folder}/config/flux.yaml`;
    const good = await Deno.readTextFile(flux);
    for (
      const [text, code] of [
        ["repo: https://you:canary@git.example.org/a/b.git\n", "config.secret_inline"],
        [`${good}brnach: main\n`, "config.unknown_key"],
        [`${good}branch: "a..b"\n`, "config.invalid_value"],
        ["", "config.unreadable"],
      ] as const
    ) {
      await Deno.writeTextFile(flux, text);
      const { code: exit, codes } = await host.bootstrap();
      assert.deepEqual([exit, codes], [2, [code]], text);
    }
    await Deno.writeTextFile(flux, good);
    await Deno.writeTextFile(`${host.folder}/config/secrets-flux.yaml`, "tokne: canary\n");
    assert.deepEqual((await host.bootstrap()).codes, ["config.unknown_key"]);
    await Deno.writeTextFile(`${host.folder}/config/secrets-flux.yaml`, "token: canary two\n");
    assert.deepEqual((await host.bootstrap()).codes, ["config.invalid_value"]);
    await Deno.remove(flux);
    assert.deepEqual((await host.bootstrap()).codes, ["config.missing"]);
  }));

Deno.test("bootstrap tells a wrong token and a repository that it does not open", () =>
  withHost({ kind: "gitea" }, async (host) => {
    host.forge.options.token = "another";
    assert.deepEqual((await host.bootstrap()).codes, ["forge.unauthorized"]);
    host.forge.options.token = token;
    await Deno.writeTextFile(`${host.folder}/config/flux.yaml`, `repo: ${host.server.url}/you/other.git\n`);
    assert.deepEqual((await host.bootstrap()).codes, ["forge.no_repository"]);
    assert.deepEqual([...Deno.readDirSync(`${host.home}/.config/magos`)], []);
  }));

Deno.test("bootstrap leaves a host alone that is set up for another repository, and a unit that somebody changed", () =>
  withHost({ kind: "gitea", owner: { push: true, admin: false } }, async (host) => {
    assert.equal((await host.bootstrap()).code, 0);
    const unit = `${host.home}/.config/systemd/user/magos.service`;
    await Deno.writeTextFile(unit, "[Service]\nExecStart=/mine\n");
    const again = await host.bootstrap();
    assert.deepEqual([again.code, again.steps.at(-1), again.codes], [4, "unit failed", ["unit.changed"]]);
    assert.equal(await Deno.readTextFile(unit), "[Service]\nExecStart=/mine\n");
    await Deno.writeTextFile(`${host.folder}/config/flux.yaml`, `repo: ${host.server.url}/you/other.git\n`);
    const before = await host.read("config.yaml");
    assert.deepEqual((await host.bootstrap()).codes, ["bootstrap.other_repo"]);
    assert.equal(await host.read("config.yaml"), before);
  }));

Deno.test("bootstrap takes the branch that is named", () =>
  withHost({ kind: "gitea", owner: { push: true, admin: false } }, async (host) => {
    await host.remote.push(tree, { branch: "trunk" });
    const flux = `${host.folder}/config/flux.yaml`;
    await Deno.writeTextFile(flux, `${await Deno.readTextFile(flux)}branch: trunk\n`);
    const { code, all } = await host.bootstrap();
    assert.equal(code, 0, all);
    assert.match(all, /trunk is at/);
    assert.match(await host.read("config.yaml"), /branch: trunk\n/);
  }));

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesBelow(`${folder}/${name}`);
    else if (isFile) yield `${folder}/${name}`;
  }
}
