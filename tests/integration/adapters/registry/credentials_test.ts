// Logins for real: files on a disk, a helper program, and the distribution project's registry behind Basic.
import assert from "node:assert/strict";
import { createCredentialSource } from "../../../../src/adapters/registry/credentials/credential_source.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { denoHttp } from "../../../../src/adapters/system/deno_http.ts";
import { denoProcess } from "../../../../src/adapters/system/deno_process.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { type DockerRegistry, registryLogin, startDockerRegistry } from "../../../fakes/docker_registry.ts";
import { manualClock } from "../../../fakes/manual_clock.ts";
import { needs } from "../../../fakes/needs.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const { ignore, suffix } = needs("docker-registry");
const { user, password } = registryLogin;

interface Home {
  readonly folder: string;
  /** The registry client of a user with this home; `problems` as they are after it was asked. */
  client(env?: Readonly<Record<string, string>>): ReturnType<typeof client>;
  write(path: string, content: unknown, mode?: number): Promise<void>;
}

function client(folder: string, env: Readonly<Record<string, string>>) {
  const secrets: Secret[] = [];
  const source = createCredentialSource({
    env: { HOME: folder, PATH: `${folder}/bin:/usr/bin:/bin`, ...env },
    cwd: folder,
    uid: null,
    authFile: null,
    files: denoFiles,
    process: denoProcess(secrets),
    clock: manualClock(),
    keepSecret: (secret) => void secrets.push(secret),
  });
  const made = testRegistry(denoHttp, { credentials: source.find, credentialCure: source.cure });
  return { ...made, source, secrets };
}

async function withHome(test: (home: Home, docker: DockerRegistry) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-home-" }));
  const docker = await startDockerRegistry(smallImages, { login: true });
  const home: Home = {
    folder,
    client: (env = {}) => client(folder, env),
    async write(path, content, mode = 0o600) {
      const whole = `${folder}/${path}`;
      await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(whole, text, { mode });
    },
  };
  try {
    await test(home, docker);
  } finally {
    await docker.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

const auth = btoa(`${user}:${password}`);

Deno.test(
  `a registry behind Basic is read with the login of podman's or Docker's file${suffix}`,
  { ignore },
  () =>
    withHome(async (home, docker) => {
      const app = repositoryOf(`${docker.address}/you/app`);
      const without = await home.client().registry.listTags(app);
      assert.equal(!without.ok && without.failure.code, "registry.unauthorized");
      assert.match((!without.ok && without.failure.cure) || "", /podman login 127\.0\.0\.1:/);
      for (const path of [".docker/config.json", ".config/containers/auth.json"]) {
        await home.write(path, { auths: { [`${docker.address}/you`]: { auth } } });
        const { registry, source } = home.client();
        const listed = await registry.listTags(app);
        assert.ok(listed.ok, JSON.stringify(listed));
        assert.deepEqual(new Set(listed.value.tags), new Set(["1.0.0", "1.1.0", "latest"]));
        assert.deepEqual(source.problems(), []);
        await Deno.remove(`${home.folder}/${path}`);
      }
      // The key was a path: the registry's other repositories are none of its business.
      await home.write("named.json", { auths: { [`${docker.address}/others`]: { auth } } });
      const other = await home.client({ REGISTRY_AUTH_FILE: `${home.folder}/named.json` }).registry.listTags(app);
      assert.equal(!other.ok && other.failure.code, "registry.unauthorized");
    }),
);

Deno.test(
  `a login that the registry refuses names the file it came from${suffix}`,
  { ignore },
  () =>
    withHome(async (home, docker) => {
      await home.write("a.json", { auths: { [docker.address]: { username: user, password: "wr0ng-canary" } } }, 0o644);
      const { registry, source } = home.client({ REGISTRY_AUTH_FILE: "a.json" });
      const listed = await registry.listTags(repositoryOf(`${docker.address}/you/app`));
      assert.ok(!listed.ok);
      assert.equal(listed.failure.code, "registry.unauthorized");
      assert.match(
        listed.failure.cure ?? "",
        /a\.json was refused; log in again: podman login --authfile .*a\.json 127/,
      );
      assert.ok(!JSON.stringify(listed).includes("wr0ng-canary"));
      assert.deepEqual(source.problems().map(({ severity }) => severity), ["warning"], "everybody may read it");
    }),
);

Deno.test(
  `a helper program gives the login, and one that breaks is told with all it may say${suffix}`,
  { ignore },
  () =>
    withHome(async (home, docker) => {
      const app = repositoryOf(`${docker.address}/you/app`);
      const answer = JSON.stringify({ ServerURL: docker.address, Username: user, Secret: password });
      const helper = `#!/bin/sh
[ "$#" = 1 ] && [ "$1" = get ] || exit 9
read -r server
env > "$HOME/env"
[ "$server" = "${docker.address}" ] || { echo "credentials not found in native keychain"; exit 1; }
printf '%s' '${answer}'
`;
      await home.write("bin/docker-credential-shelf", helper, 0o755);
      await home.write(".docker/config.json", { credHelpers: { [docker.address]: "shelf" } });
      const { registry, source, secrets } = home.client({ SECRET_OF_THE_SESSION: "x" });
      const [listed, resolved] = await Promise.all([registry.listTags(app), registry.resolve(app, "latest", null)]);
      assert.ok(listed.ok && resolved.ok);
      assert.deepEqual(source.problems(), []);
      assert.ok(secrets.some((secret) => secret.reveal() === password));
      const names = (await Deno.readTextFile(`${home.folder}/env`)).split("\n").map((line) => line.split("=")[0]);
      assert.ok(!names.includes("SECRET_OF_THE_SESSION"));

      await home.write("bin/docker-credential-shelf", `#!/bin/sh\necho 'gpg: no secret key'; exit 2\n`, 0o755);
      const broken = home.client();
      const refused = await broken.registry.listTags(app);
      assert.ok(!refused.ok);
      assert.match(refused.failure.cure ?? "", /"shelf".*code 2: gpg: no secret key.*podman login --authfile/);
      assert.deepEqual(broken.source.problems().map(({ code }) => code), ["registry.login_helper"]);

      await Deno.remove(`${home.folder}/bin/docker-credential-shelf`);
      const missing = home.client();
      assert.ok(!(await missing.registry.listTags(app)).ok);
      assert.match(missing.source.problems()[0]?.message ?? "", /docker-credential-shelf cannot be run here/);
    }),
);

Deno.test("a helper's identity token buys a token from a service that takes only POST", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "magos-home-" }));
  const bodies: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/oauth2/token") {
      if (request.method !== "POST") return new Response("", { status: 405 });
      bodies.push(await request.text());
      return Response.json({ access_token: "bought" });
    }
    if (request.headers.get("Authorization") === "Bearer bought") return Response.json({ tags: ["1.0"] });
    const challenge = `Bearer realm="${origin}/oauth2/token",service="shop"`;
    return Response.json({}, { status: 401, headers: { "WWW-Authenticate": challenge } });
  });
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    await Deno.mkdir(`${folder}/.docker`);
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/.docker/config.json`, JSON.stringify({ credHelpers: { [host]: "shop" } }));
    const helper = `#!/bin/sh\ncat >/dev/null\necho '{"ServerURL":"","Username":"<token>","Secret":"id+&=tok"}'\n`;
    await Deno.writeTextFile(`${folder}/bin/docker-credential-shop`, helper, { mode: 0o755 });
    const listed = await client(folder, {}).registry.listTags(repositoryOf(`${host}/a/b`));
    assert.deepEqual(listed.ok && listed.value.tags, ["1.0"]);
    assert.equal(bodies.length, 1);
    const form = new URLSearchParams(bodies[0]);
    assert.equal(form.get("refresh_token"), "id+&=tok");
    assert.equal(form.get("service"), "shop");
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});
