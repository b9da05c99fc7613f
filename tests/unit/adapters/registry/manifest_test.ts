// Manifests, indexes and configs: what is believed, what is refused, how much is read.
import assert from "node:assert/strict";
import { type Digest, sha256Of } from "../../../../src/core/model/digest.ts";
import { formatPlatform } from "../../../../src/core/model/platform.ts";
import type { Content } from "../../../../src/core/ports/registry.ts";
import { appHttp, type Handler } from "../../../fakes/app_http.ts";
import {
  answers,
  fakeRegistry,
  first,
  headers,
  hugeBody,
  on,
  onHead,
  redirects,
  tampers,
} from "../../../fakes/fake_registry.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { smallImages } from "../../../fakes/small_image.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const neighbour = repositoryOf("ghcr.io/you/neighbour");
const index = "application/vnd.oci.image.index.v1+json";
const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
const manifest = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";

/** A registry of hand-written documents: by digest, and under the tag `t` the last one added. */
function shelf() {
  const served = new Map<string, Response>();
  const lines: string[] = [];
  const accepts = new Set<string | null>();
  function add(
    value: unknown,
    mediaType: string,
    kind = "manifests",
  ): { digest: Digest; size: number; mediaType: string } {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const digest = sha256Of(text);
    for (const reference of [digest, "t"]) {
      served.set(`/v2/you/app/${kind}/${reference}`, new Response(text, { headers: { "Content-Type": mediaType } }));
    }
    return { digest, size: new TextEncoder().encode(text).length, mediaType };
  }
  const http = appHttp({
    "https://ghcr.io": (request) => {
      const { pathname } = new URL(request.url);
      lines.push(`${request.method} ${pathname}`);
      if (pathname.includes("/manifests/")) accepts.add(request.headers.get("Accept"));
      return served.get(pathname)?.clone() ?? new Response("{}", { status: 404 });
    },
  });
  return { add, lines, accepts, ...testRegistry(http) };
}

function entry(digest: Digest, platform: unknown, more: object = {}): object {
  return { mediaType: manifest, digest, size: 500, platform, ...more };
}

const d = (text: string): Digest => sha256Of(text);

async function contentOf(value: unknown, mediaType = index): Promise<Content> {
  const { add, registry } = shelf();
  const { digest } = add(value, mediaType);
  const inspected = await registry.inspect(app, digest);
  assert.ok(inspected.ok, JSON.stringify(inspected));
  return inspected.value;
}

async function codeOf(value: unknown, mediaType: string): Promise<string> {
  const { add, registry } = shelf();
  const { digest } = add(value, mediaType);
  const byDigest = await registry.inspect(app, digest);
  const byTag = await registry.resolve(app, "t", null);
  assert.equal(byDigest.ok, byTag.ok);
  if (byDigest.ok || byTag.ok) return "ok";
  assert.equal(byDigest.failure.code, byTag.failure.code);
  return byDigest.failure.code;
}

Deno.test("manifests are asked for with all four types", async () => {
  const { add, registry, accepts } = shelf();
  const { digest } = add({ schemaVersion: 2, manifests: [] }, index);
  await registry.resolve(app, "t", digest);
  await registry.inspect(app, digest);
  assert.deepEqual([...accepts].map((accept) => accept?.split(", ").sort()), [[
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
  ]]);
});

Deno.test("an index gives the platforms of its images only, in one spelling, each once", async () => {
  const content = await contentOf({
    schemaVersion: 2,
    manifests: [
      entry(d("1"), { os: "linux", architecture: "x86_64" }),
      entry(d("2"), { os: "linux", architecture: "arm" }),
      entry(d("3"), { os: "linux", architecture: "arm", variant: "v7" }),
      entry(d("4"), { os: "linux", architecture: "arm64", variant: "v8" }),
      entry(d("5"), { os: "linux", architecture: "amd64", variant: "v3" }),
      entry(d("6"), { os: "unknown", architecture: "unknown" }),
      entry(d("7"), { os: "linux", architecture: "s390x" }, {
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      }),
      entry(d("8"), { os: "linux", architecture: "riscv64" }, { artifactType: "application/vnd.example" }),
      entry(d("9"), { os: "linux", architecture: "ppc64le" }, { mediaType: "application/vnd.example" }),
      entry(d("10"), undefined),
    ],
  }, dockerList);
  assert.deepEqual(content.platforms.map(formatPlatform), [
    "linux/amd64",
    "linux/arm/v7",
    "linux/arm64",
    "linux/amd64/v3",
  ]);
  assert.equal(content.kind, "index");
});

Deno.test("an index inside an index is read, a third level is not", async () => {
  const { add, registry } = shelf();
  const inner = add({ schemaVersion: 2, manifests: [entry(d("1"), { os: "linux", architecture: "arm64" })] }, index);
  const outer = add(
    { schemaVersion: 2, manifests: [inner, entry(d("2"), { os: "linux", architecture: "amd64" })] },
    index,
  );
  const inspected = await registry.inspect(app, outer.digest);
  assert.deepEqual(inspected.ok && inspected.value.platforms.map(formatPlatform), ["linux/arm64", "linux/amd64"]);
  const third = add({ schemaVersion: 2, manifests: [outer] }, index);
  const refused = await registry.inspect(app, third.digest);
  assert.equal(!refused.ok && refused.failure.code, "registry.protocol");
});

Deno.test("the only entry of an index without platform is looked up in its config", async () => {
  const { add, registry, lines } = shelf();
  const config = add({ os: "linux", architecture: "arm64" }, "application/octet-stream", "blobs");
  const child = add({ schemaVersion: 2, config: { ...config, mediaType: configType }, layers: [] }, manifest);
  const outer = add({ schemaVersion: 2, manifests: [child] }, index);
  const resolved = await registry.resolve(app, "t", null);
  assert.deepEqual(resolved, { ok: true, value: { digest: outer.digest, content: null, pushedAt: null } });
  const inspected = await registry.inspect(app, outer.digest);
  assert.deepEqual(inspected.ok && inspected.value.platforms.map(formatPlatform), ["linux/arm64"]);
  assert.equal(lines.length, 3);
});

Deno.test("a single manifest costs one more request, and none when its config is embedded", async () => {
  const image = { os: "linux", architecture: "amd64", created: "2026-01-02T03:04:05Z" };
  const one = shelf();
  const config = one.add(image, "application/octet-stream", "blobs");
  one.add(
    { schemaVersion: 2, mediaType: manifest, config: { ...config, mediaType: configType }, layers: [] },
    manifest,
  );
  const resolved = await one.registry.resolve(app, "t", null);
  assert.ok(resolved.ok);
  assert.equal(resolved.value.content, null);
  const inspected = await one.registry.inspect(app, resolved.value.digest);
  assert.equal(inspected.ok && inspected.value.created, Date.UTC(2026, 0, 2, 3, 4, 5));
  assert.deepEqual(one.lines, ["GET /v2/you/app/manifests/t", `GET /v2/you/app/blobs/${config.digest}`]);

  const two = shelf();
  const embedded = { ...config, mediaType: configType, data: btoa(JSON.stringify(image)) };
  const { digest } = two.add({ schemaVersion: 2, config: embedded, layers: [] }, manifest);
  assert.ok((await two.registry.inspect(app, digest)).ok);
  assert.equal(two.lines.length, 1);

  const forged = { ...embedded, data: btoa(JSON.stringify({ ...image, os: "windows" })) };
  const lie = two.add({ schemaVersion: 2, config: forged, layers: [] }, manifest);
  const refused = await two.registry.inspect(app, lie.digest);
  assert.equal(!refused.ok && refused.failure.code, "registry.digest_mismatch");
});

Deno.test("an artifact that is no image runs nowhere", async () => {
  const chart = { mediaType: "application/vnd.cncf.helm.config.v1+json", digest: d("c"), size: 2 };
  const content = await contentOf({ schemaVersion: 2, config: chart, layers: [] }, manifest);
  assert.deepEqual(content.platforms, []);
});

Deno.test("created counts only when it can be true", async (t) => {
  const cases: Readonly<Record<string, number | null>> = {
    "2026-01-15T05:45:30Z": Date.UTC(2026, 0, 15, 5, 45, 30),
    "2026-01-15T05:45:30.123456789Z": Date.UTC(2026, 0, 15, 5, 45, 30, 123),
    "2026-01-15T05:45:30+02:00": Date.UTC(2026, 0, 15, 3, 45, 30),
    "1970-01-01T00:00:00Z": null,
    "1980-01-01T00:00:01Z": null,
    "0001-01-01T00:00:00Z": null,
    "2099-01-01T00:00:00Z": null,
    "2012-12-31T23:59:59Z": null,
    "2013-01-01T00:00:00Z": Date.UTC(2013, 0, 1),
    "2026-01-21T12:00:00Z": testNow + 24 * 3_600_000,
    "2026-01-21T12:00:01Z": null,
    "yesterday": null,
    "": null,
  };
  for (const [created, expected] of Object.entries(cases)) {
    await t.step(created, async () => {
      const annotations = { "org.opencontainers.image.created": created };
      assert.equal((await contentOf({ schemaVersion: 2, manifests: [], annotations })).created, expected);
    });
  }
});

Deno.test("origin is taken from index, entries or older labels, cleaned of what a terminal obeys", async () => {
  const content = await contentOf({
    schemaVersion: 2,
    annotations: { "org.opencontainers.image.version": "1.2\u001b[31m\u202e", "org.opencontainers.image.title": 7 },
    manifests: [entry(d("1"), { os: "linux", architecture: "amd64" }, {
      annotations: {
        "org.opencontainers.image.version": "other",
        "org.label-schema.vcs-ref": `abc${"x".repeat(400)}`,
        "org.opencontainers.image.source": "javascript:alert(1)",
      },
    })],
  });
  assert.equal(content.version, "1.2[31m");
  assert.equal(content.revision?.length, 200);
  assert.equal(content.source, null);
});

Deno.test("documents that are not what they seem are refused", async (t) => {
  const config = { mediaType: configType, digest: d("c"), size: 2 };
  const cases: Readonly<Record<string, readonly [unknown, string, string]>> = {
    "both at once": [{ schemaVersion: 2, manifests: [], config }, index, "registry.protocol"],
    "served as manifest, an index": [{ schemaVersion: 2, manifests: [] }, manifest, "registry.protocol"],
    "served and labelled differently": [
      { schemaVersion: 2, mediaType: dockerList, manifests: [] },
      index,
      "registry.protocol",
    ],
    "schema 1 by type": [
      { schemaVersion: 1 },
      "application/vnd.docker.distribution.manifest.v1+prettyjws",
      "registry.protocol",
    ],
    "schema 1 by content": [{ schemaVersion: 1, fsLayers: [] }, "application/json", "registry.protocol"],
    "HTML": ["<html>", "text/html; charset=utf-8", "registry.protocol"],
    "HTML as JSON": ["<html>", index, "registry.protocol"],
    "a list": ["[]", index, "registry.protocol"],
    "no digest in an entry": [
      { schemaVersion: 2, manifests: [{ mediaType: manifest, size: 1 }] },
      index,
      "registry.protocol",
    ],
    "257 entries": [
      {
        schemaVersion: 2,
        manifests: Array.from({ length: 257 }, (_, n) => entry(d(`${n}`), { os: "linux", architecture: "arm64" })),
      },
      index,
      "registry.protocol",
    ],
    "no mediaType, a parameter in the header": [{ schemaVersion: 2, manifests: [] }, `${index}; charset=utf-8`, "ok"],
    "a proxy's octet-stream": [{ schemaVersion: 2, mediaType: index, manifests: [] }, "application/octet-stream", "ok"],
  };
  for (const [name, [value, type, code]] of Object.entries(cases)) {
    await t.step(name, async () => assert.equal(await codeOf(value, type), code));
  }
});

function setting(...faults: Parameters<typeof fakeRegistry>[1] & object) {
  const fake = fakeRegistry(smallImages, faults);
  return { fake, ...testRegistry(appHttp({ "https://ghcr.io": fake.fetch })) };
}

Deno.test("content with another digest than it was asked for by is refused, other images still answer", async () => {
  const { registry, fake, log } = setting(on("/app/", tampers()));
  const digest = fake.demo.digestOf("ghcr.io/you/app", "latest") ?? "";
  const [byDigest, byTag, other] = await Promise.all([
    registry.inspect(app, digest),
    registry.resolve(app, "latest", null),
    registry.resolve(neighbour, "2.0.0", null),
  ]);
  assert.equal(!byDigest.ok && byDigest.failure.code, "registry.digest_mismatch");
  assert.equal(!byTag.ok && byTag.failure.code, "registry.digest_mismatch");
  assert.ok(other.ok);
  assert.match(log.join("\n"), /registry\.suspicious/);
});

Deno.test("a header that names another digest than the body has is refused", async (t) => {
  for (const named of [sha256Of("other"), sha256Of("other").toUpperCase(), "nonsense"]) {
    await t.step(named.slice(0, 12), async () => {
      const { registry } = setting(on("/manifests/", headers({ "Docker-Content-Digest": named })));
      const resolved = await registry.resolve(app, "latest", null);
      assert.equal(!resolved.ok && resolved.failure.code, "registry.digest_mismatch");
    });
  }
});

Deno.test("a HEAD that lies about the digest is found out by the first fetch", async () => {
  const lie = sha256Of("lie");
  const { registry } = setting(onHead(headers({ "Docker-Content-Digest": lie })));
  const resolved = await registry.resolve(app, "latest", sha256Of("known"));
  assert.deepEqual(resolved, { ok: true, value: { digest: lie, content: null, pushedAt: null } });
  const inspected = await registry.inspect(app, lie);
  assert.ok(!inspected.ok);
});

Deno.test("a HEAD without usable digest leads to GET, now and from then on", async (t) => {
  const cases = {
    "no header": headers({ "Docker-Content-Digest": null }),
    "upper case": headers({ "Docker-Content-Digest": `sha256:${"A".repeat(64)}` }),
    "404": answers(404),
    "405": answers(405),
    "501": answers(501),
  };
  for (const [name, fault] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { registry, fake, profiles } = setting(onHead(fault));
      const digest = fake.demo.digestOf("ghcr.io/you/app", "latest");
      for (let pass = 0; pass < 2; pass++) {
        const resolved = await registry.resolve(app, "latest", sha256Of("known"));
        assert.equal(resolved.ok && resolved.value.digest, digest);
      }
      assert.deepEqual(fake.lines.map((line) => line.split(" ")[0]), ["HEAD", "GET", "GET"]);
      assert.equal(profiles.get("ghcr.io")?.headDigest, false);
    });
  }
});

Deno.test("a tag that is missing does not spoil what is known of HEAD", async () => {
  const { registry, profiles } = setting();
  const resolved = await registry.resolve(app, "9.9", sha256Of("known"));
  assert.equal(!resolved.ok && resolved.failure.code, "registry.not_found");
  assert.notEqual(profiles.get("ghcr.io")?.headDigest, false);
});

Deno.test("the body of a HEAD is never read", async () => {
  const known = sha256Of("known");
  let cancelled = false;
  const body = (): ReadableStream<Uint8Array> =>
    new ReadableStream({ pull: () => assert.fail("was read"), cancel: () => void (cancelled = true) }, {
      highWaterMark: 0,
    });
  const headers = { "Docker-Content-Digest": known, "Content-Type": index };
  const { registry } = testRegistry(appHttp({ "https://ghcr.io": () => new Response(body(), { headers }) }));
  assert.ok((await registry.resolve(app, "latest", known)).ok);
  assert.ok(cancelled);
});

Deno.test("a manifest above 4 MiB is not read to its end", async () => {
  const huge = hugeBody(64, index);
  const { registry } = setting(on("/app/manifests/", huge.fault));
  const resolved = await registry.resolve(app, "latest", null);
  assert.equal(!resolved.ok && resolved.failure.code, "registry.too_large");
  assert.ok(huge.pulled() <= 6, `${huge.pulled()} MiB were read`);
  assert.ok((await registry.resolve(neighbour, "2.0.0", null)).ok);
});

Deno.test("a config is read no further than its descriptor says, and not at all above 4 MiB", async () => {
  const huge = hugeBody(64, "application/octet-stream");
  const { add, registry, lines } = shelf();
  const large = { mediaType: configType, digest: d("large"), size: 4 * 1024 * 1024 + 1 };
  const one = add({ schemaVersion: 2, config: large, layers: [] }, manifest);
  const refused = await registry.inspect(app, one.digest);
  assert.equal(!refused.ok && refused.failure.code, "registry.too_large");
  assert.ok(lines.every((line) => !line.includes("/blobs/")));

  const small = JSON.stringify({ schemaVersion: 2, config: { ...large, size: 10 }, layers: [] });
  const serve: Handler = (request) =>
    new URL(request.url).pathname.includes("/blobs/")
      ? fakeRegistry(smallImages, [huge.fault]).fetch(request)
      : new Response(small, { headers: { "Content-Type": manifest } });
  const cut = await testRegistry(appHttp({ "https://ghcr.io": serve })).registry.inspect(app, sha256Of(small));
  assert.equal(!cut.ok && cut.failure.code, "registry.too_large");
  assert.ok(huge.pulled() <= 3);
});

Deno.test("a blob is fetched from where the registry keeps it, without the token", async () => {
  const single = [{
    name: "ghcr.io/you/app",
    releases: [{ tags: ["1"], platforms: ["linux/arm64"], created: "2026-01-01T00:00:00Z", single: true }],
  }];
  for (const cdn of ["https://pkg.example", "https://cdn.ghcr.io", "https://ghcr.io:444"]) {
    const received: (string | null)[] = [];
    const store = fakeRegistry(single);
    const fake = fakeRegistry(single, [
      on("/blobs/", (request, next) => redirects(request.url.replace("https://ghcr.io", cdn))(request, next)),
    ], { auth: "bearer" });
    const { registry } = testRegistry(appHttp({
      "https://ghcr.io": fake.fetch,
      [cdn]: (request) => {
        received.push(request.headers.get("Authorization"));
        return store.fetch(request);
      },
    }));
    const resolved = await registry.resolve(app, "1", null);
    assert.ok(resolved.ok);
    const inspected = await registry.inspect(app, resolved.value.digest);
    assert.deepEqual(inspected.ok && inspected.value.platforms.map(formatPlatform), ["linux/arm64"]);
    assert.deepEqual(received, [null]);
  }
});

Deno.test("a body that breaks off is asked for again", async () => {
  const breaks = () =>
    new Response(
      new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("reset")) }, {
        highWaterMark: 0,
      }),
    );
  const { registry, fake } = setting(first(1, breaks));
  assert.ok((await registry.resolve(app, "latest", null)).ok);
  assert.equal(fake.lines.length, 2);
});

Deno.test("what is no tag or digest is not sent anywhere", async () => {
  const { registry, fake } = setting();
  for (const tag of ["../../_catalog", "a b", "", "a?x"]) assert.ok(!(await registry.resolve(app, tag, null)).ok);
  assert.ok(!(await registry.inspect(app, "sha256:../../x")).ok);
  assert.deepEqual(fake.lines, []);
});
