// How ImageRepositories reach their registries, and automations their keys (Flux semantics 2 and 4).
import assert from "node:assert/strict";
import { makeAuthority } from "../../fakes/authority.ts";
import { registryLogin } from "../../fakes/docker_registry.ts";
import { manualClock } from "../../fakes/manual_clock.ts";
import { needs } from "../../fakes/needs.ts";
import { runGitAs } from "../../fakes/run_git.ts";
import { makeSshKey } from "../../fakes/signing_keys.ts";
import { type Homelab, release, withHomelab } from "../homelab.ts";
import { app, automation, images, log, pass, placesOf } from "./resources.ts";

const { user, password } = registryLogin;
const secretive = needs("docker-registry");
const canaries = [password, btoa(password), btoa(`${user}:${password}`), encodeURIComponent(password)];
const dockerConfig = (auth: string): string => JSON.stringify({ auths: { "ghcr.io": { auth } } });
const login = dockerConfig(btoa(`${user}:${password}`));

/** `web` with more in its ImageRepository. */
function webWith(spec: string): Record<string, string> {
  const files = app("web", "apps");
  const text = files["flux/web.yaml"] ?? "";
  return { ...files, "flux/web.yaml": text.replace("interval: 1m }", `interval: 1m, ${spec} }`) };
}

function secret(name: string, values: Record<string, string>, type = "Opaque"): string {
  const data = Object.entries(values).map(([key, value]) => `  ${key}: ${btoa(value)}\n`);
  return `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: flux-system }\ntype: ${type}\ndata:\n${
    data.join("")
  }`;
}

const codesOf = (report: { problems: { code: string }[] }): string[] => report.problems.map(({ code }) => code);
const env = (homelab: Homelab): Readonly<Record<string, string>> => ({
  ...homelab.env,
  PATH: Deno.env.get("PATH") ?? "",
});

Deno.test(`secretRef logs in with a Secret of the repository, and its password is seen nowhere${secretive.suffix}`, {
  ignore: secretive.ignore,
}, () =>
  withHomelab({
    images,
    registry: "docker-login",
    tree: {
      ...webWith("secretRef: { name: pull }"),
      "flux/pull.yaml": secret("pull", { ".dockerconfigjson": login }, "kubernetes.io/dockerconfigjson"),
    },
  }, async (homelab) => {
    for (const args of [["scan"], ["plan", "--json", "-v"], ["update", "-v"], ["explain", "ghcr.io/you/web"]]) {
      const ran = await homelab.magos(args, { env: env(homelab) });
      assert.equal(ran.code, 0, ran.err + ran.out);
      const told = ran.out + ran.err + JSON.stringify(ran.events);
      for (const canary of canaries) assert.ok(!told.includes(canary), args.join(" "));
    }
    assert.match(await homelab.text("main", "apps/web.yaml"), /:1\.1\.0 #/);
  }));

Deno.test(
  `flux.secrets names a file that stands for an encrypted Secret, and it beats podman's login${secretive.suffix}`,
  {
    ignore: secretive.ignore,
  },
  () =>
    withHomelab({
      images,
      registry: "docker-login",
      settings: "flux: { secrets: { flux-system/pull: pull.json } }\n",
      tree: {
        ...webWith("secretRef: { name: pull }"),
        "flux/pull.yaml": secret("pull", { ".dockerconfigjson": "ENC[AES256_GCM,data:x]" }),
      },
    }, async (homelab) => {
      await Deno.writeTextFile(`${homelab.folder}/pull.json`, login, { mode: 0o600 });
      const wrong = { auths: { [homelab.registry.address]: { auth: btoa("you:wrong") } } };
      await Deno.writeTextFile(`${homelab.folder}/auth.json`, JSON.stringify(wrong), { mode: 0o600 });
      const own = { ...env(homelab), REGISTRY_AUTH_FILE: `${homelab.folder}/auth.json` };
      const ran = await homelab.magos(["update"], { env: own });
      assert.equal(ran.code, 0, ran.err + ran.out);
    }),
);

Deno.test(
  `a Secret that cannot be used is told, and podman's own login is tried${secretive.suffix}`,
  {
    ignore: secretive.ignore,
  },
  () =>
    withHomelab({ images, registry: "docker-login", tree: webWith("secretRef: { name: pull }") }, async (homelab) => {
      const own = { auths: { [homelab.registry.address]: { auth: btoa(`${user}:${password}`) } } };
      await Deno.writeTextFile(`${homelab.folder}/auth.json`, JSON.stringify(own), { mode: 0o600 });
      const ran = await homelab.magos(["update", "--json"], {
        env: { ...env(homelab), REGISTRY_AUTH_FILE: `${homelab.folder}/auth.json` },
      });
      assert.equal(ran.code, 0, ran.err + ran.out);
      const report = JSON.parse(ran.out);
      assert.deepEqual(codesOf(report), ["flux.no_secret"]);
      assert.match(report.problems[0].message, /podman's own login is tried/);
    }),
);

Deno.test(
  `a refused login of a Secret names the Secret${secretive.suffix}`,
  { ignore: secretive.ignore },
  () =>
    withHomelab({
      images,
      registry: "docker-login",
      tree: {
        ...webWith("secretRef: { name: pull }"),
        "flux/pull.yaml": secret("pull", { ".dockerconfigjson": dockerConfig(btoa("you:old-password")) }),
      },
    }, async (homelab) => {
      const ran = await homelab.magos(["plan"], { env: env(homelab) });
      assert.equal(ran.code, 4, ran.err);
      assert.match(ran.err, /the login of the Secret flux-system:pull was refused/);
      assert.ok(!ran.err.includes("old-password"));
    }),
);

const trusting = needs("docker-registry", "openssl");

Deno.test(`certSecretRef gives the authority of a registry's certificate${trusting.suffix}`, {
  ignore: trusting.ignore,
}, async () => {
  const authority = await makeAuthority();
  const tree = {
    ...webWith("certSecretRef: { name: ca }"),
    "flux/ca.yaml": secret("ca", { "ca.crt": authority.ca }),
  };
  await withHomelab({ images, authority, tree }, async (homelab) => {
    const report = await pass(homelab);
    assert.deepEqual(placesOf(report), ["main 1 pushed"]);
    await homelab.remote.push({ "flux/ca.yaml": null });
    const without = await homelab.magos(["plan", "--json", "ghcr.io/you/web"]);
    assert.notEqual(without.code, 0, "nothing else makes it trusted");
  });
});

Deno.test("the interval of an ImageRepository says how old its list may be, whatever registries.scanInterval says", () =>
  withHomelab({ images, tree: { ...app("web", "apps"), ...webWith("timeout: 10s") } }, async (homelab) => {
    const clock = manualClock();
    await pass(homelab, 0, "plan", clock);
    await homelab.registry.push("ghcr.io/you/web", release("1.2.0"));
    clock.advance(59_000);
    const young = await pass(homelab, 0, "plan", clock);
    assert.equal(young.decisions[0].selected.tag, "1.1.0");
    assert.deepEqual(young.requests, []);
    clock.advance(1000);
    assert.equal((await pass(homelab, 0, "plan", clock)).decisions[0].selected.tag, "1.2.0");
  }));

const signing = needs("git", "ssh-keygen");

Deno.test(`an automation signs its commits with the SSH key of its Secret, update does not${signing.suffix}`, {
  ignore: signing.ignore,
}, async () => {
  const folder = await Deno.makeTempDir({ prefix: "magos-key-" });
  try {
    const key = await makeSshKey(folder, "bot");
    const tree = {
      ...app("web", "apps"),
      ...app("db", "other"),
      "flux/key.yaml": secret("key", { identity: await Deno.readTextFile(key.path) }),
      "flux/auto.yaml": automation("a", "apps", { key: "type: ssh, secretRef: { name: key }" }),
    };
    await withHomelab({ images, tree }, async (homelab) => {
      const main = await homelab.remote.revision();
      const ran = await homelab.magos(["update", "-v"], { env: env(homelab), clock: manualClock() });
      assert.equal(ran.code, 0, ran.err);
      const [line = ""] = (await Deno.readTextFile(key.path)).split("\n").slice(1);
      assert.ok(!(ran.out + ran.err + JSON.stringify(ran.events)).includes(line));
      await Deno.writeTextFile(`${homelab.folder}/signers`, `a@example.org ${key.publicKey}\n`);
      await runGitAs(homelab.folder, ["clone", "-q", homelab.remote.path, "clone"]);
      const trust = ["-c", `gpg.ssh.allowedSignersFile=${homelab.folder}/signers`];
      const shown = await runGitAs(`${homelab.folder}/clone`, [
        ...trust,
        "log",
        "--reverse",
        "--format=%an %G? %GS",
        `${main}..`,
      ]);
      assert.deepEqual(shown.split("\n").map((it) => it.trim()), ["bot-a G a@example.org", "magos N"]);
      const left = [...Deno.readDirSync(`${homelab.folder}/state`)].map(({ name }) => name);
      assert.ok(!left.includes("signing"), "the key file is gone");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an automation that cannot sign makes no commit, and the others go on", async (t) => {
  const cases = [
    ["type: gpg, secretRef: { name: key }", "flux.unsupported"],
    ["type: ssh, secretRef: { name: gone }", "flux.no_secret"],
    ["type: ssh, secretRef: { name: locked }", "flux.unsupported"],
    ["type: ssh, secretRef: { name: key }", "flux.no_secret"],
  ] as const;
  for (const [key, code] of cases) {
    await t.step(key, () =>
      withHomelab({
        images,
        tree: {
          ...app("web", "apps"),
          ...app("db", "other"),
          "flux/key.yaml": [
            secret("key", { "git.asc": "-----BEGIN PGP PRIVATE KEY BLOCK-----" }),
            secret("locked", { identity: "-----BEGIN OPENSSH PRIVATE KEY-----", password: "hunter2!" }),
          ].join("---\n"),
          "flux/auto.yaml": [automation("a", "apps", { key }), automation("b", "other")].join("---\n"),
        },
      }, async (homelab) => {
        const main = await homelab.remote.revision();
        const report = await pass(homelab, 4);
        assert.deepEqual([placesOf(report), codesOf(report)], [["main 1 pushed"], [code]]);
        assert.deepEqual(await log(homelab, `${main}..main`), ["bot-b <b@example.org> bot-b b: 1"]);
        assert.match(await homelab.text("main", "apps/web.yaml"), /:1\.0\.0 #/);
      }));
  }
});
