// Docker Hub's pulls: what is left is remembered, and a part of it is left to the house (registries 4.1).
import assert from "node:assert/strict";
import { readQuota } from "../../../../src/adapters/registry/quota.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { fakeRegistry, type Fault, headers } from "../../../fakes/fake_registry.ts";
import { manualClock, testNow } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("you/app");
const hour = 3_600_000;

function left(remaining: number, limit = 100): Fault {
  return headers({ "ratelimit-limit": `${limit};w=21600`, "ratelimit-remaining": `${remaining};w=21600` });
}

/** Docker Hub, or another host of that name. */
function setting(faults: readonly Fault[], options: TestRegistryOptions = {}, origin = "https://registry-1.docker.io") {
  const fake = fakeRegistry(smallImages, faults);
  return { fake, ...testRegistry(appHttp({ [origin]: fake.fetch }), options) };
}

Deno.test("readQuota() keeps the end of a window that goes on, and begins anew with a new one", () => {
  const of = (limit: string, remaining: string) =>
    new Headers({ "ratelimit-limit": limit, "ratelimit-remaining": remaining });
  const first = readQuota(of("100;w=21600", "98;w=21600"), null, testNow);
  assert.deepEqual(first, { limit: 100, remaining: 98, resetAt: testNow + 6 * hour });
  const later = readQuota(of("100;w=21600", "90;w=21600"), first, testNow + hour);
  assert.deepEqual(later, { limit: 100, remaining: 90, resetAt: testNow + 6 * hour });
  const anew = readQuota(of("100;w=21600", "99;w=21600"), later, testNow + 2 * hour);
  assert.deepEqual(anew, { limit: 100, remaining: 99, resetAt: testNow + 8 * hour });
  const over = readQuota(of("100;w=21600", "80;w=21600"), first, testNow + 7 * hour);
  assert.deepEqual(over, { limit: 100, remaining: 80, resetAt: testNow + 13 * hour });
  const raised = readQuota(of("200;w=21600", "80;w=21600"), first, testNow + hour);
  assert.deepEqual(raised, { limit: 200, remaining: 80, resetAt: testNow + 7 * hour });
  assert.deepEqual(readQuota(of("100", "98"), null, testNow), { limit: 100, remaining: 98, resetAt: null });
  assert.equal(readQuota(of("many", "-3;w=1"), null, testNow), null);
  assert.equal(readQuota(new Headers(), null, testNow), null);
});

Deno.test("GET of a manifest stops when less than a fifth or less than 20 is left; HEAD and lists go on", async (t) => {
  const cases: readonly (readonly [number, number, boolean])[] = [
    [20, 100, true],
    [19, 100, false],
    [40, 200, true],
    [39, 200, false],
    [20, 10, true],
    [19, 10, false],
    [0, 100, false],
  ];
  for (const [remaining, limit, goesOn] of cases) {
    await t.step(`${remaining} of ${limit}`, async () => {
      const { registry, fake, profiles } = setting([left(remaining, limit)]);
      const first = await registry.resolve(app, "1.0.0", null);
      assert.ok(first.ok, "nothing is known yet");
      assert.equal(profiles.get("docker.io")?.quota?.remaining, remaining);
      const asked = fake.lines.length;
      const inspected = await registry.inspect(app, fake.demo.digestOf("ghcr.io/you/app", "1.1.0") ?? "");
      assert.equal(inspected.ok, goesOn);
      if (inspected.ok) return;
      assert.equal(fake.lines.length, asked, "no request is spent on it");
      assert.deepEqual([inspected.failure.code, inspected.failure.retry, inspected.failure.retryAt], [
        "registry.quota",
        "later",
        testNow + 6 * hour,
      ]);
      assert.ok((await registry.resolve(app, "1.0.0", first.value.digest)).ok);
      assert.ok((await registry.listTags(app)).ok);
      assert.deepEqual(fake.lines.slice(asked).map((line) => line.split(" ")[0]), ["HEAD", "GET"]);
    });
  }
});

Deno.test("a tag never seen is resolved by HEAD while pulls are short, so that its age begins to count", async () => {
  const { registry, fake } = setting([left(3)]);
  assert.ok((await registry.resolve(app, "1.0.0", null)).ok);
  const resolved = await registry.resolve(app, "1.1.0", null);
  assert.ok(resolved.ok);
  assert.deepEqual([resolved.value.digest, resolved.value.content], [
    fake.demo.digestOf("ghcr.io/you/app", "1.1.0"),
    null,
  ]);
  assert.equal(fake.lines.at(-1), "HEAD /v2/you/app/manifests/1.1.0");
});

Deno.test("what is left is remembered over runs, until the window is over", async () => {
  const profiles = new Map<string, HostProfile>();
  const clock = manualClock();
  await setting([left(5)], { profiles, clock }).registry.resolve(app, "1.0.0", null);
  const second = setting([left(5)], { profiles, clock });
  const digest = second.fake.demo.digestOf("ghcr.io/you/app", "1.1.0") ?? "";
  const deferred = await second.registry.inspect(app, digest);
  assert.equal(!deferred.ok && deferred.failure.code, "registry.quota");
  assert.equal(second.fake.lines.length, 0);
  clock.advance(6 * hour);
  assert.ok((await second.registry.inspect(app, digest)).ok);
});

Deno.test("a quota whose end lies further off than any window comes from a wrong clock", async () => {
  const profiles = new Map<string, HostProfile>();
  const ahead = manualClock(testNow + 1000 * hour);
  await setting([left(5)], { profiles, clock: ahead }).registry.resolve(app, "1.0.0", null);
  assert.ok((await setting([], { profiles }).registry.resolve(app, "1.0.0", null)).ok);
});

Deno.test("another account has another quota", async () => {
  const profiles = new Map<string, HostProfile>();
  await setting([left(5)], { profiles }).registry.resolve(app, "1.0.0", null);
  const credential = { kind: "password", user: "me", password: new Secret("canary-password") } as const;
  const loggedIn = setting([left(190, 200)], { profiles, credentials: () => Promise.resolve(credential) });
  const digest = loggedIn.fake.demo.digestOf("ghcr.io/you/app", "1.1.0") ?? "";
  assert.ok((await loggedIn.registry.inspect(app, digest)).ok);
  assert.equal(profiles.get("docker.io")?.quota?.remaining, 190);
  assert.equal(JSON.stringify([...profiles]).includes("canary"), false);
});

Deno.test("other registries may send the headers too; their GETs are no pulls of Docker Hub", async () => {
  const { registry, fake } = setting([left(1)], {}, "https://ghcr.io");
  const image = repositoryOf("ghcr.io/you/app");
  assert.ok((await registry.resolve(image, "1.0.0", null)).ok);
  assert.ok((await registry.resolve(image, "1.1.0", null)).ok);
  assert.deepEqual(fake.lines.map((line) => line.split(" ")[0]), ["GET", "GET"]);
  assert.equal(registry.requests()[0]?.remaining, 1);
});

Deno.test("answers that say nothing new of the quota are not written again", async () => {
  let saved = 0;
  const profiles = new Map<string, HostProfile>();
  const set = profiles.set.bind(profiles);
  profiles.set = (host, profile) => {
    saved++;
    return set(host, profile);
  };
  const { registry, clock } = setting([left(50)], { profiles });
  const first = await registry.resolve(app, "1.0.0", null);
  assert.ok(first.ok);
  const before = saved;
  for (let round = 0; round < 5; round++) {
    clock.advance(60_000);
    await registry.resolve(app, "1.0.0", first.value.digest);
  }
  assert.equal(saved, before);
});

Deno.test("a host whose HEAD tells no digest is asked on condition, and 304 means unmoved", async () => {
  const conditions: (string | null)[] = [];
  const harbor: Fault = async (request, next) => {
    if (request.method === "HEAD") return headers({ "Docker-Content-Digest": null })(request, next);
    conditions.push(request.headers.get("If-None-Match"));
    const honest = await next();
    const tag = `"${honest.headers.get("Docker-Content-Digest")}"`;
    if (request.headers.get("If-None-Match") !== tag) return honest;
    await honest.body?.cancel();
    return new Response(null, { status: 304, headers: { ETag: tag } });
  };
  const { registry, fake, profiles } = setting([harbor], {}, "https://harbor.example.com");
  const image = repositoryOf("harbor.example.com/you/app");
  const first = await registry.resolve(image, "latest", null);
  assert.ok(first.ok);
  const { digest } = first.value;
  assert.deepEqual(conditions, [null]);
  const same = await registry.resolve(image, "latest", digest);
  assert.ok(same.ok);
  assert.deepEqual([same.value.digest, same.value.content], [digest, null]);
  assert.equal(profiles.get("harbor.example.com")?.headDigest, false);
  assert.ok((await registry.resolve(image, "latest", digest)).ok);
  assert.deepEqual(fake.lines.map((line) => line.split(" ")[0]), ["GET", "HEAD", "GET", "GET"]);
  assert.deepEqual(conditions, [null, `"${digest}"`, `"${digest}"`]);
  assert.equal(registry.requests()[0]?.cached, 2);
  const moved = await registry.resolve(image, "1.0.0", digest);
  assert.ok(moved.ok && moved.value.digest !== digest);
});

Deno.test("a 304 that nobody asked for is refused", async () => {
  const { registry } = setting([() => new Response(null, { status: 304 })], {}, "https://ghcr.io");
  const failed = await registry.resolve(repositoryOf("ghcr.io/you/app"), "latest", null);
  assert.equal(!failed.ok && failed.failure.code, "registry.protocol");
});

Deno.test("a manifest kept from before is counted as an answer without request", async () => {
  const { registry, fake } = setting([]);
  const resolved = await registry.resolve(app, "1.0.0", null);
  assert.ok(resolved.ok);
  await registry.inspect(app, resolved.value.digest);
  const [count] = registry.requests();
  assert.equal(count?.requests, fake.lines.length);
  assert.equal(count?.cached, 1);
});

Deno.test("a registry's warning is logged once for each repository", async () => {
  const warns = headers({ Warning: '299 - "this registry \\"old\\" closes in May"' });
  const { registry, log } = setting([warns], {}, "https://ghcr.io");
  for (const name of ["ghcr.io/you/app", "ghcr.io/you/neighbour"]) {
    await registry.listTags(repositoryOf(name));
    await registry.listTags(repositoryOf(name));
  }
  const lines = log.map((line) => JSON.parse(line)).filter(({ name }) => name === "registry.warning");
  assert.deepEqual(lines.map(({ level, image, message }) => [level, image, message]), [
    ["warning", "ghcr.io/you/app", 'this registry "old" closes in May'],
    ["warning", "ghcr.io/you/neighbour", 'this registry "old" closes in May'],
  ]);
});
