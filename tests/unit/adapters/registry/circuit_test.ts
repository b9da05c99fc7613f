// Hosts that answer badly again and again are left alone, and tried out by one question (registries 4.6).
import assert from "node:assert/strict";
import { afterAnswer, type Verdict } from "../../../../src/adapters/registry/circuit.ts";
import type { HostProfile } from "../../../../src/core/ports/store.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { answers, fakeRegistry, type Fault, first, on, refuses } from "../../../fakes/fake_registry.ts";
import { type ManualClock, manualClock, testNow } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const neighbour = repositoryOf("ghcr.io/you/neighbour");
const minute = 60_000;
const hour = 60 * minute;

const plain: HostProfile = {
  auth: "none",
  realm: null,
  service: null,
  pageCap: null,
  headDigest: true,
  pausedUntil: null,
  quota: null,
};

function setting(faults: readonly Fault[], options: TestRegistryOptions = {}, auth: "none" | "bearer" = "none") {
  const fake = fakeRegistry(smallImages, faults, { auth });
  return { fake, ...testRegistry(appHttp({ "https://ghcr.io": fake.fetch }), options) };
}

/** Profile and pauses after answers that come one after the other, each when the last pause is just over. */
function pausesAfter(verdicts: readonly Verdict[]): readonly number[] {
  let profile = plain;
  let now = testNow;
  return verdicts.map((verdict) => {
    profile = { ...profile, ...afterAnswer(profile, verdict, now) };
    const pause = profile.pausedUntil === null ? 0 : Math.max(0, profile.pausedUntil - now);
    now += pause;
    return pause / minute;
  });
}

Deno.test("afterAnswer() pauses after three 429 or five troubles in a row, and twice as long each time", () => {
  assert.deepEqual(pausesAfter(["limited", "limited", "limited"]), [0, 0, 10]);
  assert.deepEqual(pausesAfter(["failed", "failed", "failed", "failed", "failed"]), [0, 0, 0, 0, 10]);
  assert.deepEqual(pausesAfter(["limited", "limited", "good", "limited", "limited"]), [0, 0, 0, 0, 0]);
  const four: readonly Verdict[] = ["failed", "failed", "failed", "failed"];
  assert.deepEqual(pausesAfter([...four, "good", ...four]), Array(9).fill(0));
  const again = Array<Verdict>(8).fill("limited");
  assert.deepEqual(pausesAfter(["limited", "limited", ...again]), [0, 0, 10, 20, 40, 80, 160, 320, 360, 360]);
  assert.deepEqual(pausesAfter(["limited", "limited", "limited", "limited", "good", "limited"]), [0, 0, 10, 20, 0, 0]);
});

Deno.test("three 429 pause the host: no request more for any of its images, and the failure says until when", async () => {
  const { registry, fake, profiles, clock } = setting([refuses(429, "TOOMANYREQUESTS")]);
  const failed = await registry.listTags(app);
  assert.equal(fake.lines.length, 3);
  const until = clock.now() + 10 * minute;
  assert.equal(profiles.get("ghcr.io")?.pausedUntil, until);
  assert.ok(!failed.ok);
  assert.deepEqual([failed.failure.code, failed.failure.retryAt], ["registry.rate_limited", until]);
  for (const outcome of [await registry.listTags(neighbour), await registry.resolve(neighbour, "2.0.0", null)]) {
    assert.ok(!outcome.ok);
    assert.deepEqual([outcome.failure.code, outcome.failure.retryAt], ["registry.rate_limited", until]);
    assert.match(outcome.failure.message, /ghcr\.io .* until 2026-01-20T12:10:/);
  }
  assert.equal(fake.lines.length, 3);
});

Deno.test("five 5xx pause the host, whichever images they were for, and a second process keeps to it", async () => {
  const profiles = new Map<string, HostProfile>();
  const one = setting([answers(503)], { profiles });
  await one.registry.listTags(app);
  assert.equal(one.fake.lines.length, 3);
  const two = setting([answers(500)], { profiles, clock: one.clock });
  const failed = await two.registry.listTags(neighbour);
  assert.equal(two.fake.lines.length, 2, "the fifth is the last");
  assert.ok(!failed.ok);
  assert.deepEqual([failed.failure.code, failed.failure.retryAt], [
    "registry.unavailable",
    one.clock.now() + 10 * minute,
  ]);
  const three = setting([], { profiles, clock: one.clock });
  const refused = await three.registry.listTags(app);
  assert.equal(!refused.ok && refused.failure.code, "registry.unavailable");
  assert.equal(three.fake.lines.length, 0);
});

Deno.test("a refused connection is no reason for a pause; a server that is silent is", async () => {
  const http = appHttp({});
  const offline = testRegistry(http);
  for (let round = 0; round < 4; round++) await offline.registry.listTags(app);
  assert.equal(http.sent.length, 12);
  assert.equal(offline.profiles.get("ghcr.io")?.pausedUntil ?? null, null);

  let sent = 0;
  const silent = testRegistry({
    send: () => {
      sent++;
      return Promise.resolve({
        ok: false,
        failure: { code: "http.timeout", message: "ghcr.io did not answer in time", retry: "later" },
      });
    },
  });
  for (let round = 0; round < 4; round++) {
    const failed = await silent.registry.listTags(app);
    assert.equal(!failed.ok && failed.failure.retry, "later");
  }
  assert.equal(sent, 5);
});

/** A host whose first pause is just over. */
function onTrial(clock: ManualClock): Map<string, HostProfile> {
  const trouble = { limited: 3, failed: 0, last: "limited", pause: 10 * minute } as const;
  return new Map([["ghcr.io", { ...plain, pausedUntil: clock.now(), trouble }]]);
}

Deno.test("after the pause one question goes ahead alone; its success opens the way for all", async () => {
  const clock = manualClock();
  let running = 0;
  const alone: number[] = [];
  const count: Fault = async (_request, next) => {
    running++;
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    alone.push(running);
    const response = await next();
    running--;
    return response;
  };
  const { registry, fake, profiles } = setting([count], { clock, profiles: onTrial(clock) });
  const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => registry.listTags(app)));
  assert.ok(outcomes.every((outcome) => outcome.ok));
  assert.equal(alone[0], 1);
  assert.equal(fake.lines.length, 6);
  assert.equal(profiles.get("ghcr.io")?.trouble, null);
  assert.equal(profiles.get("ghcr.io")?.pausedUntil, null);
});

Deno.test("a question that fails on trial costs one request for all and doubles the pause", async () => {
  const clock = manualClock();
  const { registry, fake, profiles } = setting([refuses(429, "TOOMANYREQUESTS")], { clock, profiles: onTrial(clock) });
  const outcomes = await Promise.all([app, neighbour, app, neighbour].map((image) => registry.listTags(image)));
  assert.equal(fake.lines.length, 1);
  assert.equal(profiles.get("ghcr.io")?.pausedUntil, clock.now() + 20 * minute);
  for (const outcome of outcomes) {
    assert.ok(!outcome.ok);
    assert.deepEqual([outcome.failure.code, outcome.failure.retryAt], [
      "registry.rate_limited",
      clock.now() + 20 * minute,
    ]);
  }
});

Deno.test("a token that is issued does not show that the registry is well", async () => {
  const clock = manualClock();
  const profiles = onTrial(clock);
  const known = profiles.get("ghcr.io");
  assert.ok(known);
  profiles.set("ghcr.io", { ...known, auth: "bearer", realm: "https://ghcr.io/token", service: "magos-demo" });
  const { registry, fake } = setting([on("/v2/", refuses(429, "TOOMANYREQUESTS"))], { clock, profiles }, "bearer");
  await Promise.all([app, neighbour].map((image) => registry.listTags(image)));
  assert.deepEqual(fake.lines.map((line) => line.split("?")[0]), ["GET /token", "GET /v2/you/app/tags/list"]);
  assert.equal(profiles.get("ghcr.io")?.pausedUntil, clock.now() + 20 * minute);
});

Deno.test("questions that stand in the queue when the pause begins are not sent", async () => {
  const { registry, fake } = setting([refuses(429, "TOOMANYREQUESTS")]);
  const outcomes = await Promise.all(Array.from({ length: 16 }, () => registry.listTags(app)));
  assert.ok(outcomes.every((outcome) => !outcome.ok && outcome.failure.retryAt !== undefined));
  assert.ok(fake.lines.length <= 4, `${fake.lines.length} requests`);
});

Deno.test("a long Retry-After in a token service's answer pauses the registry too", async () => {
  const clock = manualClock();
  const profiles = new Map<string, HostProfile>([[
    "ghcr.io",
    { ...plain, auth: "bearer", realm: "https://ghcr.io/token" },
  ]]);
  const long = on("/token", answers(429, "", { "Retry-After": "7200" }));
  const { registry, fake } = setting([long], { clock, profiles }, "bearer");
  await registry.listTags(app);
  await registry.listTags(neighbour);
  assert.equal(fake.lines.length, 1);
  assert.equal(profiles.get("ghcr.io")?.pausedUntil, testNow + 2 * hour);
});

Deno.test("one bad moment among good answers leaves nothing behind", async () => {
  const { registry, profiles } = setting([first(2, answers(502))]);
  assert.ok((await registry.listTags(app)).ok);
  assert.equal(profiles.get("ghcr.io")?.trouble ?? null, null);
});
