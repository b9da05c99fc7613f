// The steps to a registry as the adapter tells them, cold and warm, honest and hostile.
import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { HandshakeStep } from "../../../../src/core/ports/examiner.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { fakeRegistry, type Fault, on } from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");

function setting(
  faults: readonly Fault[],
  options: TestRegistryOptions = {},
  others: Readonly<Record<string, Handler>> = {},
) {
  const fake = fakeRegistry(smallImages, faults, { auth: "bearer" });
  return { fake, ...testRegistry(appHttp({ "https://ghcr.io": fake.fetch, ...others }), options) };
}

function names(steps: readonly HandshakeStep[]): readonly string[] {
  return steps.map((step) => step.step === "request" ? `${step.method} ${step.url} ${step.status}` : step.step);
}

Deno.test("examine() goes the whole way, also to a host that is known", async () => {
  const { registry, profiles, fake } = setting([]);
  const whole = [
    "endpoint",
    "scheme",
    "credential",
    "GET https://ghcr.io/v2/ 401",
    "challenge",
    "realm",
    "GET https://ghcr.io/token 200",
    "token",
    "GET https://ghcr.io/v2/ 200",
    "HEAD https://ghcr.io/v2/you/app/manifests/1.1.0 200",
    "profile",
  ];
  for (const _time of ["cold", "warm"]) {
    const seen = await registry.examine("ghcr.io", { repository: app, tag: "1.1.0" });
    assert.deepEqual(seen.outcome, { ok: true, value: 200 });
    assert.deepEqual(names(seen.steps), whole);
  }
  assert.equal(profiles.get("ghcr.io")?.auth, "bearer");
  const before = fake.lines.length;
  assert.ok((await registry.resolve(app, "1.1.0", null)).ok);
  assert.equal(fake.lines.length - before, 2, "token and manifest: what was learned is used");
});

Deno.test("examine() of a host alone asks for a token without scope", async () => {
  const { registry, fake } = setting([]);
  const seen = await registry.examine("ghcr.io", null);
  assert.ok(fake.lines.includes("GET /token?service=magos-demo"), fake.lines.join("\n"));
  assert.deepEqual(seen.steps.find((step) => step.step === "token"), { step: "token", scope: null, expiresIn: 300 });
});

Deno.test("examine() does not forget tokens because the way to /v2/ is open", async () => {
  const known: HostProfile = {
    auth: "bearer",
    realm: "https://ghcr.io/token",
    service: "magos-demo",
    pageCap: 50,
    headDigest: true,
    pausedUntil: null,
    quota: null,
  };
  const open: Fault = (request, next) => new URL(request.url).pathname === "/v2/" ? Response.json({}) : next();
  const { registry, profiles } = setting([open], { profiles: new Map([["ghcr.io", known]]) });
  assert.deepEqual((await registry.examine("ghcr.io", null)).outcome, { ok: true, value: 200 });
  assert.deepEqual(profiles.get("ghcr.io"), known);
});

Deno.test("examine() tells steps without passwords, tokens and queries", async () => {
  const moved: Fault = () =>
    new Response(null, { status: 307, headers: { Location: "https://cdn.example/x?signature=canary-signature" } });
  const challenge = 'Bearer realm="https://user:canary-user@ghcr.io/token?key=canary-key",service="s", ' +
    'Bearer realm="https://ghcr.io/token?key=canary-key",service="s"';
  const demand: Fault = (request, next) =>
    request.headers.has("Authorization")
      ? next()
      : new Response("{}", { status: 401, headers: { "WWW-Authenticate": challenge } });
  const token: Fault = () => Response.json({ token: "canary-token", access_token: "canary-access" });
  const { registry, log, fake } = setting([
    on("/token", token),
    demand,
    on("/manifests/", moved),
    on("/v2/", () => Response.json({})),
  ], {
    credentials: () => Promise.resolve({ kind: "password", user: "me", password: new Secret("canary-password") }),
  }, {
    "https://cdn.example": () =>
      new Response(null, { headers: { "ratelimit-remaining": "9", "docker-ratelimit-source": "canary-me" } }),
  });
  const seen = await registry.examine("ghcr.io", { repository: app, tag: "1.1.0" });
  assert.deepEqual(seen.outcome, { ok: true, value: 200 });
  const text = JSON.stringify(seen) + log.join("");
  assert.ok(!text.includes("canary"), text);
  assert.ok(!text.includes(btoa("me:canary-password")), text);
  assert.ok(fake.authorizations.includes(`Basic ${btoa("me:canary-password")}`), "the login was used");
  const last = seen.steps.findLast((step) => step.step === "request");
  assert.deepEqual([last?.url, last?.limits], ["https://cdn.example/x", ["ratelimit-remaining: 9"]]);
});

Deno.test("examine() asks nobody when registries.conf blocks the host", async () => {
  const conf = '[[registry]]\nprefix = "ghcr.io"\nlocation = "ghcr.io"\nblocked = true\n';
  const { registry, fake } = setting([], { conf });
  const seen = await registry.examine("ghcr.io", null);
  assert.equal(seen.outcome.ok ? null : seen.outcome.failure.code, "registry.blocked");
  assert.deepEqual([seen.steps, fake.lines], [[], []]);
});
