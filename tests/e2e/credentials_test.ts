// A private registry from the user's side: the login that podman keeps, helpers that are not there, and a password that
// is seen nowhere.
import assert from "node:assert/strict";
import { registryLogin } from "../fakes/docker_registry.ts";
import { needs } from "../fakes/needs.ts";
import { type Homelab, release, withHomelab } from "./homelab.ts";

const { ignore, suffix } = needs("docker-registry");
const { user, password } = registryLogin;
const images = [{ name: "registry.example/you/web", releases: [release("1.37"), release("1.38")] }];
const tree = {
  "compose.yaml": `services:
  web: { image: "registry.example/you/web:1.37" } # {"magos": {"policy": "semver"}}
`,
};
const options = { tree, images, registry: "docker-login" } as const;

/** Every form in which the password travels. */
const canaries = [password, btoa(password), btoa(`${user}:${password}`), encodeURIComponent(password)];

function assertUnseen(text: string, where: string): void {
  for (const canary of canaries) assert.ok(!text.includes(canary), `${where} holds the password`);
}

async function writeAuth(homelab: Homelab, entry: unknown): Promise<string> {
  const path = `${homelab.folder}/auth.json`;
  const document = { auths: { [homelab.registry.address]: entry } };
  await Deno.writeTextFile(path, JSON.stringify(document), { mode: 0o600 });
  return path;
}

function environment(homelab: Homelab, more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...homelab.env, PATH: Deno.env.get("PATH") ?? "", ...more };
}

Deno.test(`plan and update read a private registry with REGISTRY_AUTH_FILE, and show its password nowhere${suffix}`, {
  ignore,
}, () =>
  withHomelab(options, async (homelab) => {
    const path = await writeAuth(homelab, { auth: btoa(`${user}:${password}`) });
    const env = environment(homelab, { REGISTRY_AUTH_FILE: path });
    for (
      const args of [["plan"], ["plan", "--json", "-v"], ["update", "-v"], ["explain", "registry.example/you/web"]]
    ) {
      const ran = await homelab.magos(args, { env });
      assert.equal(ran.code, 0, ran.err + ran.out);
      assertUnseen(ran.out + ran.err + JSON.stringify(ran.events), args.join(" "));
    }
    assert.match(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /web:1\.38@sha256/);
    assertUnseen(await homelab.remote.git("log", "-p", "main"), "the history");
    let files = 0;
    for await (const file of filesBelow(`${homelab.folder}/state`)) {
      files++;
      assertUnseen(new TextDecoder("latin1").decode(await Deno.readFile(file)), file);
    }
    assert.ok(files > 0);
  }));

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(path);
    else if (entry.isFile) yield path;
  }
}

Deno.test(
  `a wrong password is an error with the file in its cure, and is shown nowhere${suffix}`,
  { ignore },
  () =>
    withHomelab(options, async (homelab) => {
      const wrong = `${password}!`;
      const path = await writeAuth(homelab, { username: user, password: wrong });
      const ran = await homelab.magos(["plan", "--json"], { env: environment(homelab, { REGISTRY_AUTH_FILE: path }) });
      assert.equal(ran.code, 4);
      assertUnseen(ran.out + ran.err + JSON.stringify(ran.events), "plan");
      const [problem] = JSON.parse(ran.out).problems;
      assert.equal(problem.code, "registry.unauthorized");
      assert.match(problem.cure, /auth\.json was refused; log in again: podman login --authfile/);
    }),
);

Deno.test(`a helper that is not here is a warning of plan and update, with its cure at the refused image${suffix}`, {
  ignore,
}, () =>
  withHomelab(options, async (homelab) => {
    await Deno.mkdir(`${homelab.folder}/.docker`);
    const document = { credsStore: "desktop", auths: { [homelab.registry.address]: {} } };
    await Deno.writeTextFile(`${homelab.folder}/.docker/config.json`, JSON.stringify(document), { mode: 0o600 });
    for (const verb of ["plan", "update"]) {
      const ran = await homelab.magos([verb, "--json"]);
      assert.equal(ran.code, 4, ran.err + ran.out);
      const { problems } = JSON.parse(ran.out);
      const told = problems.filter((it: { code: string }) => it.code === "registry.login_helper");
      assert.equal(told.length, 1);
      assert.equal(told[0].severity, "warning");
      assert.equal(told[0].host, homelab.registry.address);
      const refused = problems.find((it: { code: string }) => it.code === "registry.unauthorized");
      assert.match(refused.cure, /"desktop".*podman login --authfile .*\.config\/containers\/auth\.json/);
    }
    const text = await homelab.magos(["plan"]);
    assert.match(text.err, /leaves the login of 127\.0\.0\.1:\d+ to the helper "desktop"/);
  }));

Deno.test("a login file that does not parse is an error, and public images are still planned", () =>
  withHomelab({ tree, images }, async (homelab) => {
    await Deno.writeTextFile(`${homelab.folder}/auth.json`, "{ not JSON", { mode: 0o600 });
    const env = environment(homelab, { REGISTRY_AUTH_FILE: `${homelab.folder}/auth.json` });
    for (const verb of ["plan", "update"]) {
      const ran = await homelab.magos([verb, "--json"], { env });
      assert.equal(ran.code, 4, ran.err + ran.out);
      const report = JSON.parse(ran.out);
      assert.deepEqual(report.problems.map((it: { code: string; file: string }) => [it.code, it.file]), [
        ["registry.auth_file", `${homelab.folder}/auth.json`],
      ]);
      assert.match(report.problems[0].cure, /podman login --authfile/);
    }
    assert.match(await homelab.text(await homelab.remote.revision(), "compose.yaml"), /web:1\.38@sha256/);
  }));

Deno.test(
  `the program's own permissions allow the usual helpers, and it starts without a word of missing ones${suffix}`,
  {
    ignore,
  },
  () =>
    withHomelab(options, async (homelab) => {
      const bin = `${homelab.folder}/bin`;
      await Deno.mkdir(bin);
      await Deno.mkdir(`${homelab.folder}/docker`);
      const answer = JSON.stringify({ ServerURL: "", Username: user, Secret: password });
      const helper = `#!/bin/sh\nread -r server\nprintf '%s' '${answer}'\n`;
      await Deno.writeTextFile(`${bin}/docker-credential-pass`, helper, { mode: 0o755 });
      const document = { credHelpers: { [homelab.registry.address]: "pass" } };
      await Deno.writeTextFile(`${homelab.folder}/docker/config.json`, JSON.stringify(document));
      const ran = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-P=magos", "main.ts", "--config", homelab.config, "plan", "--json"],
        clearEnv: true,
        env: {
          ...homelab.env,
          PATH: `${bin}:${Deno.env.get("PATH")}`,
          DOCKER_CONFIG: `${homelab.folder}/docker`,
          DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
        },
      }).output();
      const [out, err] = [ran.stdout, ran.stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert.equal(ran.code, 0, `${out}${err}`);
      assert.equal(JSON.parse(out ?? "").summary.selected, 1);
      assert.equal(err, "");
      assertUnseen(`${out}${err}`, "plan");
    }),
);

Deno.test("the helpers that registries.conf names are asked, and told of when they are not here", () =>
  withHomelab({ tree, images }, async (homelab) => {
    const path = `${homelab.folder}/registries.conf`;
    const conf = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `credential-helpers = ["nowhere", "containers-auth.json"]\n${conf}`);
    const ran = await homelab.magos(["plan", "--json"]);
    assert.equal(ran.code, 0, ran.err + ran.out);
    const { problems } = JSON.parse(ran.out);
    assert.deepEqual(problems.map((it: { code: string; severity: string }) => [it.code, it.severity]), [
      ["registry.login_helper", "warning"],
    ]);
    assert.match(problems[0].message, /registries\.conf names the helper nowhere/);
  }));
