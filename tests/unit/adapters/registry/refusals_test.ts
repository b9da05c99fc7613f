// What was refused is not asked again for a while, by this account, at this place (registries 5.3).
import assert from "node:assert/strict";
import { Secret } from "../../../../src/core/model/secret.ts";
import type { Credential } from "../../../../src/core/model/credential.ts";
import type { StoredRefusal } from "../../../../src/core/ports/store.ts";
import type { Refusals } from "../../../../src/adapters/registry/registry_parts.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { answers, fakeRegistry, type Fault, on, refuses } from "../../../fakes/fake_registry.ts";
import { manualClock, testNow } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const neighbour = repositoryOf("ghcr.io/you/neighbour");
const minute = 60_000;
const hour = 60 * minute;

function memory(): Refusals & { readonly kept: Map<string, readonly StoredRefusal[]> } {
  const kept = new Map<string, readonly StoredRefusal[]>();
  return {
    kept,
    get: (place) => kept.get(place) ?? [],
    save: (place, refusal) => void kept.set(place, [...kept.get(place) ?? [], refusal]),
    forget: (place) => void kept.delete(place),
  };
}

function setting(faults: readonly Fault[], options: TestRegistryOptions = {}, origin = "https://ghcr.io") {
  const fake = fakeRegistry(smallImages, faults);
  const refusals = options.refusals ?? memory();
  return { fake, ...testRegistry(appHttp({ [origin]: fake.fetch }), { ...options, refusals }) };
}

Deno.test("a repository that was denied is not asked for six hours, and the failure stays what it was", async () => {
  const clock = manualClock();
  const { registry, fake } = setting([on("/app/", refuses(403, "DENIED"))], { clock });
  const first = await registry.listTags(app);
  assert.ok(!first.ok);
  assert.equal(first.failure.retryAt, undefined);
  const asked = fake.lines.length;
  clock.advance(5 * hour + 25 * minute);
  for (const again of [await registry.listTags(app), await registry.resolve(app, "latest", null)]) {
    assert.ok(!again.ok);
    assert.deepEqual([again.failure.code, again.failure.retryAt], ["registry.unauthorized", testNow + 6 * hour]);
    assert.match(again.failure.message, /^ghcr\.io answers 403 DENIED .*not found or private \(5h25m ago; /);
    assert.match(again.failure.cure ?? "", /give credentials.*name the image/);
  }
  assert.equal(fake.lines.length, asked);
  assert.equal(registry.requests()[0]?.cached, 2);
  assert.ok((await registry.listTags(neighbour)).ok, "another repository of the host is none of it");
  clock.advance(35 * minute);
  await registry.listTags(app);
  assert.equal(fake.lines.length, asked + 2);
});

Deno.test("what is not there is not asked for one hour, and what else is there still is", async () => {
  const clock = manualClock();
  const { registry, fake } = setting([], { clock });
  assert.ok(!(await registry.resolve(app, "9.9.9", null)).ok);
  const asked = fake.lines.length;
  clock.advance(59 * minute);
  const again = await registry.resolve(app, "9.9.9", null);
  assert.ok(!again.ok);
  assert.deepEqual([again.failure.code, again.failure.retryAt], ["registry.not_found", testNow + hour]);
  assert.equal(fake.lines.length, asked);
  assert.ok((await registry.resolve(app, "1.0.0", null)).ok);
  assert.ok((await registry.listTags(app)).ok);
  clock.advance(minute);
  await registry.resolve(app, "9.9.9", null);
  assert.equal(fake.lines.length, asked + 3);
});

Deno.test("another account, a forgotten refusal, or another place is asked", async (t) => {
  const denied = on("/app/", refuses(403, "DENIED"));
  await t.step("account", async () => {
    const refusals = memory();
    await setting([denied], { refusals }).registry.listTags(app);
    const login: Credential = { kind: "password", user: "me", password: new Secret("canary-secret") };
    const second = setting([denied], { refusals, credentials: () => Promise.resolve(login) });
    await second.registry.listTags(app);
    assert.equal(second.fake.lines.length, 1);
    await second.registry.listTags(app);
    assert.equal(second.fake.lines.length, 1);
    assert.equal(JSON.stringify([...refusals.kept]).includes("canary"), false);
    const other: Credential = { ...login, password: new Secret("the right one") };
    const third = setting([], { refusals, credentials: () => Promise.resolve(other) });
    assert.ok((await third.registry.listTags(app)).ok);
  });
  await t.step("forgotten", async () => {
    const { registry, fake } = setting([denied]);
    await registry.listTags(app);
    registry.forget(app);
    await registry.listTags(app);
    assert.equal(fake.lines.length, 2);
  });
  await t.step("place", async () => {
    const refusals = memory();
    await setting([denied], { refusals }).registry.listTags(app);
    const conf = '[[registry]]\nprefix = "ghcr.io"\nlocation = "cache.lan"\n';
    const elsewhere = setting([], { refusals, conf }, "https://cache.lan");
    assert.ok((await elsewhere.registry.listTags(app)).ok);
  });
});

Deno.test("a refusal from a time to come, or for longer than any, comes from a wrong clock", async () => {
  const refusals = memory();
  const ahead = manualClock(testNow + 2 * hour);
  await setting([answers(401)], { refusals, clock: ahead }).registry.listTags(app);
  assert.ok((await setting([], { refusals }).registry.listTags(app)).ok);
});

Deno.test("what may pass is no refusal", async (t) => {
  for (const status of [429, 500, 503, 400, 406]) {
    await t.step(String(status), async () => {
      const refusals = memory();
      await setting([answers(status)], { refusals }).registry.listTags(app);
      assert.equal(refusals.kept.size, 0);
    });
  }
});
