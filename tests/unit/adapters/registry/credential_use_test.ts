// How each form of a login is used: what is sent where, and what is never sent.
import assert from "node:assert/strict";
import type { Credential } from "../../../../src/core/model/credential.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { answers, fakeRegistry, type Fault, on, refuses } from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const identity: Credential = { kind: "identity", token: new Secret("id+/=tok") };
const bearer: Credential = { kind: "bearer", token: new Secret("r3gistry") };
const password: Credential = { kind: "password", user: "me", password: new Secret("pw") };
const challenge = { "WWW-Authenticate": 'Bearer realm="https://ghcr.io/token",service="ghcr"' };

interface Received {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** A registry that takes only `Bearer good`, beside a token service of the test's own. */
function setting(credential: Credential | null, service: Handler, options: TestRegistryOptions = {}) {
  const received: Received[] = [];
  const fake = fakeRegistry(smallImages, [
    (request, next) =>
      request.headers.get("Authorization") === "Bearer good"
        ? next()
        : new Response("{}", { status: 401, headers: challenge }),
  ]);
  const handler: Handler = async (request) => {
    const copy = request.clone();
    const { method, url, headers } = request;
    received.push({ method, url, authorization: headers.get("Authorization"), body: await copy.text() });
    return new URL(url).pathname === "/token" ? await service(request) : await fake.fetch(request);
  };
  const http = appHttp({ "https://ghcr.io": handler });
  const credentials = () => Promise.resolve(credential);
  return { received, http, ...testRegistry(http, { credentials, ...options }) };
}

const issues: Handler = () => Response.json({ access_token: "good", expires_in: 300 });

Deno.test("an identity token is exchanged by POST, its form as the specification wants it, and goes nowhere else", async () => {
  const { registry, received } = setting(identity, issues);
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  const posts = received.filter(({ method }) => method === "POST");
  assert.equal(posts.length, 1);
  assert.equal(posts[0]?.url, "https://ghcr.io/token");
  assert.equal(posts[0]?.authorization, null);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(posts[0]?.body)), {
    grant_type: "refresh_token",
    service: "ghcr",
    client_id: "magos",
    scope: "repository:you/app:pull",
    refresh_token: "id+/=tok",
  });
  for (const { method, url, authorization } of received) {
    assert.ok(!url.includes("tok="), url);
    if (method !== "POST") assert.ok(authorization === null || authorization === "Bearer good");
  }
  assert.ok((await registry.resolve(app, "1.0.0", null)).ok);
  assert.equal(received.filter(({ method }) => method === "POST").length, 1, "the token it gave is kept");
});

Deno.test("a token service without POST is asked by GET, with the identity token as a password", async (t) => {
  for (const status of [404, 405]) {
    await t.step(`${status}`, async () => {
      const service: Handler = (request) =>
        request.method === "POST" ? new Response("{}", { status }) : Response.json({ token: "good" });
      const { registry, received } = setting(identity, service);
      assert.ok((await registry.resolve(app, "latest", null)).ok);
      const asked = received.filter(({ url }) => url.includes("/token"));
      assert.deepEqual(asked.map(({ method, authorization }) => [method, authorization]), [
        ["POST", null],
        ["GET", `Basic ${btoa("<token>:id+/=tok")}`],
      ]);
      assert.match(asked[1]?.url ?? "", /\?service=ghcr&scope=repository%3Ayou%2Fapp%3Apull$/);
    });
  }
});

Deno.test("an identity token that is refused is refused, and is not tried by GET", async () => {
  const { registry, received } = setting(identity, () => new Response("{}", { status: 401 }));
  const resolved = await registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.code, "registry.unauthorized");
  assert.equal(received.filter(({ url }) => url.includes("/token")).length, 1);
});

Deno.test("the form with an identity token follows no redirect, not even on the same host", async () => {
  for (const location of ["https://ghcr.io/token2", "https://evil.example/token", "http://ghcr.io/token"]) {
    for (const status of [301, 302, 303, 307, 308]) {
      const { registry, http } = setting(identity, () => new Response("", { status, headers: { Location: location } }));
      const resolved = await registry.resolve(app, "latest", null);
      assert.equal(!resolved.ok && resolved.failure.code, "registry.refused");
      assert.ok(http.lines.every((line) => !line.includes(location)), http.lines.join("\n"));
    }
  }
});

Deno.test("an identity token never goes into a Basic header of the registry itself", async () => {
  const basic: Fault = refuses(401, "UNAUTHORIZED", { "WWW-Authenticate": 'Basic realm="x"' });
  const fake = fakeRegistry(smallImages, [on("/v2/", basic)]);
  const { registry } = testRegistry(appHttp({ "https://ghcr.io": fake.fetch }), {
    credentials: () => Promise.resolve(identity),
  });
  const resolved = await registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.code, "registry.unauthorized");
  assert.ok(fake.authorizations.every((it) => it === null));
});

Deno.test("a registry token goes with the first request, and no token service is asked", async () => {
  const good: Credential = { kind: "bearer", token: new Secret("good") };
  const { registry, received } = setting(good, () => assert.fail("was asked"));
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.deepEqual(received.map(({ authorization }) => authorization), ["Bearer good"]);
});

Deno.test("a registry token that is refused costs one request and no other", async () => {
  const { registry, received } = setting(bearer, () => assert.fail("was asked"));
  const resolved = await registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.code, "registry.unauthorized");
  assert.equal(received.length, 1);
});

Deno.test("no login of any kind goes over plain HTTP to another machine", async () => {
  for (const credential of [identity, bearer, password]) {
    const http = appHttp({ "http://10.0.0.5:5000": answers(200) as Handler });
    const conf = '[[registry]]\nlocation = "10.0.0.5:5000"\ninsecure = true\n';
    const { registry } = testRegistry(http, { conf, credentials: () => Promise.resolve(credential) });
    const resolved = await registry.resolve(repositoryOf("10.0.0.5:5000/a/b"), "latest", null);
    assert.equal(!resolved.ok && resolved.failure.code, "registry.refused");
    // Only whether the host speaks TLS is asked for, and that without a login.
    assert.deepEqual(http.lines.filter((line) => !line.endsWith("//10.0.0.5:5000/v2/")), []);
  }
});

Deno.test("no redirect takes a login of any kind to another origin", async () => {
  for (const credential of [bearer, password]) {
    const received: (string | null)[] = [];
    const fake = fakeRegistry(smallImages, [
      (request, next) =>
        request.headers.has("Authorization")
          ? new Response("", { status: 307, headers: { Location: request.url.replace("ghcr.io", "cdn.ghcr.io") } })
          : next(),
      refuses(401, "UNAUTHORIZED", { "WWW-Authenticate": "Basic" }),
    ]);
    const catcher: Handler = (request) => {
      received.push(request.headers.get("Authorization"));
      return new Response("{}", { status: 404 });
    };
    const http = appHttp({ "https://ghcr.io": fake.fetch, "https://cdn.ghcr.io": catcher });
    const { registry } = testRegistry(http, { credentials: () => Promise.resolve(credential) });
    await registry.resolve(app, "latest", null);
    assert.deepEqual(received, [null]);
  }
});

Deno.test("what is known of the login stands in the cure of a refusal, and nowhere else", async () => {
  const credentialCure = () => "log in again without the helper";
  const refused = setting(null, () => new Response("{}", { status: 401 }), { credentialCure });
  const resolved = await refused.registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.cure, "log in again without the helper");
  const usual = setting(null, () => new Response("{}", { status: 401 }), { credentialCure: () => null });
  const second = await usual.registry.resolve(app, "latest", null);
  assert.match((!second.ok && second.failure.cure) || "", /podman login ghcr\.io/);
  const missing = setting(null, issues, { credentialCure });
  const third = await missing.registry.resolve(app, "9.9", null);
  assert.equal(!third.ok && third.failure.code, "registry.not_found");
  assert.notEqual(!third.ok && third.failure.cure, "log in again without the helper");
});
