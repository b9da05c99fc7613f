// A git host whose certificate comes from an authority of the user's own: repo.caFile, for git and for the forge's API.
import assert from "node:assert/strict";
import { makeAuthority } from "../fakes/authority.ts";
import { githubAppFake } from "../fakes/github_app.ts";
import { needs } from "../fakes/needs.ts";
import { release, withHomelab } from "./homelab.ts";

const { ignore, suffix } = needs("openssl");
const images = [{ name: "ghcr.io/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = { "compose.yaml": `a: ghcr.io/you/web:1.37 # {"magos": {"policy": "semver"}}\n` };
const repo = (url: string, more: string): string =>
  `repo: { url: "${url}/homelab.git", auth: { tokenFile: token, user: you }${more} }`;

Deno.test({
  name: `update speaks https with a host of the user's own authority, named by repo.caFile${suffix}`,
  ignore,
  async fn() {
    const gitAuthority = await makeAuthority();
    const options = {
      tree,
      images,
      gitAuthority,
      repo: ({ url }: { readonly url: string }) => repo(url, ", caFile: ca.pem"),
    };
    await withHomelab(options, async (homelab) => {
      const ca = `${homelab.folder}/ca.pem`;
      const problemOf = async (verb: string): Promise<{ readonly code: string; readonly cure: string }> =>
        JSON.parse((await homelab.magos([verb, "--json"])).out).problems[0];
      assert.equal((await problemOf("update")).code, "config.unreadable");
      await Deno.writeTextFile(ca, "hello");
      assert.equal((await problemOf("update")).code, "config.invalid_value");
      await Deno.writeTextFile(ca, (await makeAuthority({ issuer: "other" })).ca);
      const foreign = await problemOf("update");
      assert.equal(foreign.code, "git.unreachable");
      assert.match(foreign.cure, /repo\.caFile/);
      await Deno.writeTextFile(ca, gitAuthority.ca);
      // The machine's own roots stay: here a file that the environment names stands for them.
      await Deno.writeTextFile(`${homelab.folder}/usual.pem`, "# the usual roots\n");
      const env = { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", SSL_CERT_FILE: `${homelab.folder}/usual.pem` };
      const ran = await homelab.magos(["update", "--json"], { env });
      assert.equal(ran.code, 0, ran.err + ran.out);
      assert.match(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /web:1\.38@sha256/);
      const joined = [...Deno.readDirSync(`${homelab.folder}/state`)].filter(({ name }) => /^ca-.*\.pem$/.test(name));
      const texts = joined.map(({ name }) => Deno.readTextFileSync(`${homelab.folder}/state/${name}`));
      assert.ok(texts.some((text) => text.includes("# the usual roots") && text.includes(gitAuthority.ca.trim())));
      for (const { name } of joined) {
        const { mode } = await Deno.stat(`${homelab.folder}/state/${name}`);
        assert.equal((mode ?? 0) & 0o777, 0o600);
      }
    });
  },
});

Deno.test({
  name: `a GitHub App's API may have a certificate of the user's own authority too${suffix}`,
  ignore,
  async fn() {
    const gitAuthority = await makeAuthority();
    const fake = githubAppFake();
    const api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...gitAuthority.server }, fake.handle);
    const app = (caFile: string): string =>
      `  forgeUrl: "https://127.0.0.1:${api.addr.port}"
  auth: { githubApp: { appId: 1234, privateKeyFile: app.pem } }${caFile}`;
    try {
      for (const caFile of ["\n  caFile: ca.pem", ""]) {
        const options = {
          tree,
          images,
          gitAuthority,
          repo: ({ url }: { readonly url: string }) => `repo:\n  url: "${url}/you/homelab.git"\n${app(caFile)}`,
        };
        await withHomelab(options, async (homelab) => {
          await Deno.symlink(homelab.folder, `${homelab.folder}/you`);
          await Deno.writeTextFile(`${homelab.folder}/app.pem`, fake.pkcs8, { mode: 0o644 });
          await Deno.writeTextFile(`${homelab.folder}/ca.pem`, gitAuthority.ca);
          homelab.server.options.admits = (user, password, _path, push) => fake.admits(user, password, "homelab", push);
          const ran = await homelab.magos(["update", "--json"]);
          if (caFile === "") {
            const [problem] = JSON.parse(ran.out).problems;
            assert.deepEqual([ran.code, problem.code], [1, "http.tls"]);
            assert.match(problem.cure, /repo\.caFile/);
            return;
          }
          assert.equal(ran.code, 0, ran.err + ran.out);
          assert.ok(ran.events.some(({ level, name }) => level === "warning" && name === "forge.key_readable_by_all"));
          const doctor = JSON.parse((await homelab.magos(["doctor", "git", "forge", "--json"])).out);
          assert.deepEqual(doctor.checks.map((it: { id: string; state: string }) => [it.id, it.state]), [
            ["git", "ok"],
            ["git", "warn"],
            ["forge", "ok"],
          ]);
        });
      }
    } finally {
      await api.shutdown();
    }
  },
});
