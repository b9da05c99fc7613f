// Mirrors: content by digest from them, everything else from the registry, and nobody hears of what goes wrong there.
import assert from "node:assert/strict";
import type { Digest } from "../../../../src/core/model/digest.ts";
import { Secret } from "../../../../src/core/model/secret.ts";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import { answers, type FakeRegistry, fakeRegistry, type Fault } from "../../../fakes/fake_registry.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const conf = `[[registry]]
location = "ghcr.io"
[[registry.mirror]]
location = "one.lan"
[[registry.mirror]]
location = "two.lan"
`;

interface Setting {
  readonly client: ReturnType<typeof testRegistry>;
  readonly http: ReturnType<typeof appHttp>;
  readonly origin: FakeRegistry;
  readonly digest: Digest;
}

function setting(
  mirrors: Readonly<Record<string, Handler>>,
  options: TestRegistryOptions = {},
  faults: readonly Fault[] = [],
): Setting {
  const origin = fakeRegistry(smallImages, faults);
  const http = appHttp({ "https://ghcr.io": origin.fetch, ...mirrors });
  const digest = origin.demo.digestOf("ghcr.io/you/app", "1.1.0");
  assert.ok(digest !== null);
  return { client: testRegistry(http, { conf, ...options }), http, origin, digest };
}

const copy = (): FakeRegistry => fakeRegistry(smallImages);
const hosts = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => new URL(line.split(" ")[1] ?? "").host);

Deno.test("tags and lists are asked of the registry alone", async () => {
  const never = (): Response => assert.fail("a mirror was asked");
  const { client, http, digest } = setting({ "https://one.lan": never, "https://two.lan": never });
  const listed = await client.registry.listTags(app);
  const first = await client.registry.resolve(app, "1.1.0", null);
  const again = await client.registry.resolve(app, "1.1.0", digest);
  assert.ok(listed.ok && first.ok && again.ok);
  assert.deepEqual([...new Set(hosts(http.lines))], ["ghcr.io"]);
});

Deno.test("content by digest comes from the first mirror that has it, and the registry is not asked", async () => {
  const { client, http, digest } = setting({ "https://one.lan": copy().fetch });
  const inspected = await client.registry.inspect(app, digest);
  assert.ok(inspected.ok);
  assert.deepEqual(inspected.value.platforms.map((it) => it.architecture).sort(), ["amd64", "arm64"]);
  assert.deepEqual([...new Set(hosts(http.lines))], ["one.lan"]);
  assert.deepEqual(client.registry.requests().map((it) => it.host), ["one.lan"], "counted under the mirror's name");
});

Deno.test("configs come from mirrors as well", async () => {
  const single = [{
    name: "ghcr.io/you/app",
    releases: [{ tags: ["7"], platforms: ["linux/arm64"], created: "2026-01-02T00:00:00Z", single: true }],
  }];
  const mirror = fakeRegistry(single);
  const http = appHttp({ "https://one.lan": mirror.fetch });
  const { registry } = testRegistry(http, { conf });
  const digest = mirror.demo.digestOf("ghcr.io/you/app", "7");
  assert.ok(digest !== null);
  const inspected = await registry.inspect(app, digest);
  assert.ok(inspected.ok);
  assert.deepEqual(mirror.lines.map((line) => line.split("/").at(-2)), ["manifests", "blobs"]);
});

Deno.test("whatever goes wrong at a mirror, the next is asked, and the registry at last, once each", async (t) => {
  const lie = copy();
  const wrong: Readonly<Record<string, Handler>> = {
    "not there": answers(404) as Handler,
    "refuses": answers(403) as Handler,
    "has trouble": answers(503) as Handler,
    "asks to wait": answers(429, "", { "Retry-After": "3600" }) as Handler,
    "breaks off": () => {
      throw new Error("connection reset");
    },
    "has a bad certificate": () => {
      throw new Error("certificate not trusted");
    },
    "lies": async (request) => {
      const honest = await lie.fetch(request);
      return new Response(`${await honest.text()} `, { headers: honest.headers });
    },
  };
  for (const [name, handler] of Object.entries(wrong)) {
    await t.step(name, async () => {
      const { client, http, digest } = setting({
        "https://one.lan": handler,
        "https://two.lan": answers(404) as Handler,
      });
      const inspected = await client.registry.inspect(app, digest);
      assert.ok(inspected.ok, inspected.ok ? "" : inspected.failure.message);
      assert.deepEqual(hosts(http.lines), ["one.lan", "two.lan", "ghcr.io"]);
      const told = client.log.filter((line) => !line.includes('"debug"'));
      assert.deepEqual(told.filter((line) => line.includes("lan")), [], "somebody hears of it");
      assert.equal(client.profiles.get("ghcr.io")?.pausedUntil ?? null, null, "the registry pays for its mirror");
    });
  }
});

Deno.test("an unreachable mirror costs one request in ten minutes, however many ask at once", async () => {
  const { client, http, origin } = setting({ "https://two.lan": answers(404) as Handler });
  const digests = ["1.0.0", "1.1.0"].map((tag) => origin.demo.digestOf("ghcr.io/you/app", tag));
  const neighbour = origin.demo.digestOf("ghcr.io/you/neighbour", "2.0.0");
  const all = await Promise.all([
    ...digests.map((digest) => client.registry.inspect(app, digest ?? assert.fail())),
    client.registry.inspect(repositoryOf("ghcr.io/you/neighbour"), neighbour ?? assert.fail()),
  ]);
  for (const one of all) assert.ok(one.ok);
  const asked = (): number => hosts(http.lines).filter((host) => host === "one.lan").length;
  assert.equal(asked(), 1);
  client.clock.advance(9 * 60_000);
  origin.demo.push("ghcr.io/you/app", { tags: ["3"], platforms: ["linux/amd64"], created: "2026-01-05T00:00:00Z" });
  await client.registry.inspect(app, origin.demo.digestOf("ghcr.io/you/app", "3") ?? assert.fail());
  assert.equal(asked(), 1);
  client.clock.advance(2 * 60_000);
  origin.demo.push("ghcr.io/you/app", { tags: ["4"], platforms: ["linux/arm64"], created: "2026-01-06T00:00:00Z" });
  await client.registry.inspect(app, origin.demo.digestOf("ghcr.io/you/app", "4") ?? assert.fail());
  assert.equal(asked(), 2);
});

Deno.test("a mirror gets its own host's login and never the registry's", async () => {
  const asked: string[] = [];
  const wantsBasic = (request: Request): Response => {
    asked.push(`${new URL(request.url).host} ${request.headers.get("Authorization")}`);
    return new Response("{}", { status: 401, headers: { "WWW-Authenticate": "Basic" } });
  };
  const { client, digest } = setting({ "https://one.lan": wantsBasic, "https://two.lan": wantsBasic }, {
    credentials: ({ host }) =>
      Promise.resolve(
        host === "two.lan"
          ? { kind: "password", user: "two", password: new Secret("b") }
          : host === "ghcr.io"
          ? { kind: "password", user: "origin", password: new Secret("a") }
          : null,
      ),
  });
  const inspected = await client.registry.inspect(app, digest);
  assert.ok(inspected.ok);
  const unnamed = [...new Set(asked.filter((line) => line.endsWith("null")))];
  assert.deepEqual(unnamed, ["one.lan null", "two.lan null"]);
  assert.deepEqual(asked.filter((line) => !line.endsWith("null")), [`two.lan Basic ${btoa("two:b")}`]);
});
