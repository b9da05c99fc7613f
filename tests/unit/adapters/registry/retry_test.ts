// What is asked again, after which wait, and how failures read.
import assert from "node:assert/strict";
import { appHttp } from "../../../fakes/app_http.ts";
import { answers, fakeRegistry, type Fault, first, on, refuses } from "../../../fakes/fake_registry.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const neighbour = repositoryOf("ghcr.io/you/neighbour");

function setting(faults: readonly Fault[], options: TestRegistryOptions = {}) {
  const fake = fakeRegistry(smallImages, faults);
  return { fake, ...testRegistry(appHttp({ "https://ghcr.io": fake.fetch }), options) };
}

Deno.test("a passing trouble is asked again, at most three times in all", async (t) => {
  const breaks: Fault = () => {
    throw new Error("connection reset");
  };
  const cases: readonly (readonly [string, Fault, string])[] = [
    ["408", answers(408), "registry.unavailable"],
    ["429", refuses(429, "TOOMANYREQUESTS"), "registry.rate_limited"],
    ["500", refuses(500, "UNKNOWN"), "registry.unavailable"],
    ["503", answers(503), "registry.unavailable"],
    ["a broken connection", breaks, "registry.unreachable"],
    ["HTML with 200", answers(200, "<html>", { "Content-Type": "text/html" }), "registry.protocol"],
  ];
  for (const [name, fault, code] of cases) {
    await t.step(name, async () => {
      const passing = setting([on("/app/", first(2, fault))]);
      assert.ok((await passing.registry.resolve(app, "latest", null)).ok);
      assert.equal(passing.fake.lines.length, 3);
      const lasting = setting([on("/app/", fault)]);
      const [failed, other] = await Promise.all([
        lasting.registry.resolve(app, "latest", null),
        lasting.registry.resolve(neighbour, "2.0.0", null),
      ]);
      assert.ok(!failed.ok && other.ok);
      assert.equal(failed.failure.code, code);
      assert.equal(failed.failure.retry, "later");
      assert.equal(failed.failure.image, "ghcr.io/you/app");
      assert.equal(lasting.fake.lines.filter((line) => line.includes("/app/")).length, 3);
    });
  }
});

Deno.test("what asking again cannot cure is asked once", async (t) => {
  for (const status of [400, 404, 410, 415, 501]) {
    await t.step(String(status), async () => {
      const { registry, fake } = setting([answers(status)]);
      assert.ok(!(await registry.resolve(app, "latest", null)).ok);
      assert.equal(fake.lines.length, 1);
    });
  }
  await t.step("a certificate", async () => {
    const { registry, fake } = setting([() => {
      throw new Error("invalid peer certificate: UnknownIssuer");
    }]);
    const failed = await registry.resolve(app, "latest", null);
    assert.equal(!failed.ok && failed.failure.code, "registry.tls");
    assert.equal(fake.lines.length, 1);
  });
});

Deno.test("waits grow, with chance in them, between 1 and 60 seconds", async () => {
  for (const [chance, expected] of [[0, [1000, 2000]], [0.5, [1500, 3000]], [0.999, [1999, 3998]]] as const) {
    const random = { number: () => chance, hex: () => "" };
    const { registry, clock } = setting([answers(503)], { random });
    await registry.resolve(app, "latest", null);
    assert.deepEqual(clock.sleeps.map(Math.round), expected);
  }
});

Deno.test("a hint is waited for when it is longer than the own wait, and never less than a second", async (t) => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, string, number])[] = [
    [{ "Retry-After": "30" }, "", 30_000],
    [{ "Retry-After": new Date(testNow + 20_000).toUTCString() }, "", 20_000],
    [{ "Retry-After": new Date(testNow - 20_000).toUTCString() }, "", 1000],
    [{ "X-Retry-After": String(testNow / 1000 + 40) }, "", 40_000],
    [{}, "toomanyrequests: retry-after: 1.16ms, allowed: 44000/minute", 1000],
    [{ "Retry-After": "60" }, "", 60_000],
  ];
  for (const [headers, body, expected] of cases) {
    await t.step(JSON.stringify([headers, body]), async () => {
      const random = { number: () => 0, hex: () => "" };
      const { registry, clock } = setting([first(1, answers(429, body, headers))], { random });
      assert.ok((await registry.resolve(app, "latest", null)).ok);
      assert.deepEqual(clock.sleeps, [expected]);
    });
  }
});

Deno.test("a hint above a minute pauses the host, for six hours at most", async (t) => {
  for (const [seconds, pause] of [[61, 61], [86_400, 21_600]] as const) {
    await t.step(`${seconds} s`, async () => {
      const long = first(1, answers(429, "", { "Retry-After": String(seconds) }));
      const { registry, fake, clock, profiles } = setting([long]);
      const until = testNow + pause * 1000;
      const failed = await registry.resolve(app, "latest", null);
      assert.ok(!failed.ok);
      assert.deepEqual([failed.failure.code, failed.failure.retryAt], ["registry.rate_limited", until]);
      assert.deepEqual(clock.sleeps, []);
      assert.equal(profiles.get("ghcr.io")?.pausedUntil, until);

      const other = await registry.listTags(neighbour);
      assert.ok(!other.ok);
      assert.deepEqual([other.failure.code, other.failure.retryAt], ["registry.rate_limited", until]);
      assert.equal(fake.lines.length, 1);

      clock.advance(pause * 1000);
      assert.ok((await registry.listTags(neighbour)).ok);
    });
  }
});

Deno.test("a pause further off than any pause comes from a wrong clock and does not hold", async () => {
  const first = setting([]);
  await first.registry.listTags(app);
  const profile = first.profiles.get("ghcr.io");
  assert.ok(profile);
  const profiles = new Map([["ghcr.io", { ...profile, pausedUntil: testNow + 7 * 3_600_000 }]]);
  assert.ok((await setting([], { profiles }).registry.listTags(app)).ok);
});

Deno.test("two requests at a time for a host, four for one on this machine", async (t) => {
  for (
    const [origin, name, most] of [["https://ghcr.io", "ghcr.io", 2], [
      "http://127.0.0.1:5000",
      "127.0.0.1:5000",
      4,
    ]] as const
  ) {
    await t.step(name, async () => {
      const demo = fakeRegistry(smallImages).demo;
      let running = 0;
      let seen = 0;
      const http = appHttp({
        [origin]: async (request) => {
          seen = Math.max(seen, ++running);
          for (let turn = 0; turn < 20; turn++) await Promise.resolve();
          const response = await demo.fetch(request);
          running--;
          return response;
        },
      });
      const { registry } = testRegistry(http);
      const asked = Array.from({ length: 12 }, () => registry.resolve(repositoryOf(`${name}/you/app`), "latest", null));
      assert.ok((await Promise.all(asked)).every((outcome) => outcome.ok));
      assert.equal(seen, most);
    });
  }
});

Deno.test("an aborted question ends at once, also while it waits", async () => {
  const ended = AbortSignal.abort();
  const { registry, fake } = setting([answers(503)]);
  const outcome = await registry.resolve(app, "latest", null, ended);
  assert.equal(!outcome.ok && outcome.failure.code, "http.aborted");
  assert.equal(fake.lines.length, 0);

  const stop = new AbortController();
  const waiting = setting([() => {
    stop.abort();
    return new Response(null, { status: 503 });
  }]);
  const stopped = await waiting.registry.resolve(app, "latest", null, stop.signal);
  assert.ok(!stopped.ok);
  assert.equal(waiting.fake.lines.length, 1);
  assert.deepEqual(waiting.clock.sleeps, []);
});

Deno.test("requests() reads the pull quota of Docker Hub's headers", async () => {
  const demo =
    fakeRegistry([{ ...smallImages[0], name: "docker.io/you/app", releases: smallImages[0]?.releases ?? [] }]).demo;
  const http = appHttp({
    "https://registry-1.docker.io": async (request) => {
      const response = await demo.fetch(request);
      response.headers.set("ratelimit-limit", "100;w=21600");
      response.headers.set("ratelimit-remaining", "98;w=21600");
      return response;
    },
  });
  const { registry } = testRegistry(http);
  assert.ok((await registry.resolve(repositoryOf("you/app"), "latest", null)).ok);
  assert.deepEqual(registry.requests(), [
    { host: "docker.io", requests: 1, cached: 0, limit: 100, remaining: 98, resetAt: testNow + 21_600_000 },
  ]);
});

Deno.test("a failure shows the registry's own code, short and without control characters", async () => {
  const { registry } = setting([refuses(403, `DEN\u001b[31mIED\n${"x".repeat(500)}`)]);
  const failed = await registry.resolve(app, "latest", null);
  assert.ok(!failed.ok);
  assert.match(failed.failure.message, /^ghcr\.io answers 403 DEN\[31mIEDx+ for/);
  assert.ok(failed.failure.message.length < 200);
  assert.equal(failed.failure.host, "ghcr.io");
});
