import type { DemoRelease } from "../../../../src/cli/demo/demo_image.ts";
// That the demo's registry is honest, and holds what the demo tells of.
import assert from "node:assert/strict";
import { createDemoRegistry } from "../../../../src/cli/demo/demo_registry.ts";
import { demoRegistriesConf } from "../../../../src/cli/demo/demo_registries_conf.ts";
import { demoImages } from "../../../../src/cli/demo/images.ts";
import { isTag, parseRepository } from "../../../../src/core/model/reference.ts";
import { matchesDigest } from "../../../../src/core/model/digest.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

/** The build of obico's `release` channel before the one the registry serves now. */
const olderObicoRelease: DemoRelease = {
  tags: ["release"],
  platforms: ["linux/amd64", "linux/arm64"],
  created: "2025-10-10T00:30:00Z",
};

const home = "ghcr.io/gethomepage/homepage";
const base = "http://127.0.0.1:5000";

Deno.test("demoImages hold canonical names and tags that can be tags, each once", () => {
  const names = demoImages.map((image) => image.name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, releases } of demoImages) {
    const repository = parseRepository(name);
    assert.deepEqual(repository.ok && `${repository.value.host}/${repository.value.path}`, name);
    const tags = releases.flatMap((release) => release.tags);
    assert.ok(tags.every(isTag), name);
    assert.equal(new Set(tags).size, tags.length, name);
  }
});

Deno.test("demoImages hold each version the seed pins, and a newer one", () => {
  const expected: Readonly<Record<string, readonly [string, string]>> = {
    "docker.io/ollama/ollama": ["0.14.2", "0.14.3"],
    "docker.io/library/busybox": ["1.37", "1.38"],
    "docker.io/apache/tika": ["3.2.3.0", "3.2.4.0"],
    "docker.io/minio/minio": ["RELEASE.2025-09-07T16-13-09Z", "RELEASE.2026-01-10T04-21-57Z"],
    "docker.io/corentinth/it-tools": ["2024.10.22-7ca5933", "2025.12.1-8c6d5f2"],
    "ghcr.io/gethomepage/homepage": ["v1.9.0", "v1.10.0"],
    "ghcr.io/immich-app/immich-machine-learning": ["v2.4.1-cuda", "v2.5.0-cuda"],
    "ghcr.io/hotio/radarr": ["release-6.0.4.10291", "release-6.0.5.10330"],
  };
  const demo = createDemoRegistry(demoImages);
  for (const [name, [pinned, newer]] of Object.entries(expected)) {
    assert.ok(demo.digestOf(name, pinned) !== null, `${name}:${pinned}`);
    assert.ok(demo.digestOf(name, newer) !== null, `${name}:${newer}`);
    assert.notEqual(demo.digestOf(name, pinned), demo.digestOf(name, newer));
  }
});

Deno.test("every tag of the demo leads to content whose bytes have their digests", async () => {
  const demo = createDemoRegistry(demoImages);
  for (const { name, releases } of demoImages) {
    const path = name.slice(name.indexOf("/") + 1);
    const get = async (place: string): Promise<Uint8Array> => {
      const response = await demo.fetch(new Request(`${base}/v2/${path}/${place}`));
      assert.equal(response.status, 200, place);
      return await response.bytes();
    };
    for (const tag of releases.flatMap((release) => release.tags)) {
      const index = JSON.parse(new TextDecoder().decode(await get(`manifests/${tag}`)));
      for (const child of index.manifests) {
        const bytes = await get(`manifests/${child.digest}`);
        assert.ok(matchesDigest(bytes, child.digest) && bytes.length === child.size);
        const manifest = JSON.parse(new TextDecoder().decode(bytes));
        for (const blob of [manifest.config, ...manifest.layers]) {
          const content = await get(`blobs/${blob.digest}`);
          assert.ok(matchesDigest(content, blob.digest) && content.length === blob.size);
        }
      }
    }
  }
});

Deno.test("the same description gives the same digests", () => {
  const digests = [createDemoRegistry(demoImages), createDemoRegistry(demoImages)]
    .map((demo) => demo.digestOf(home, "latest"));
  assert.equal(digests[0], digests[1]);
});

Deno.test("push() moves a tag; the old build stays reachable by digest", async () => {
  const demo = createDemoRegistry(demoImages);
  const name = "ghcr.io/gabe565/obico/web";
  const served = demo.digestOf(name, "release");
  const older = demo.push(name, olderObicoRelease);
  assert.notEqual(older, served);
  assert.equal(demo.digestOf(name, "release"), older);
  const still = await demo.fetch(new Request(`${base}/v2/gabe565/obico/web/manifests/${served}`, { method: "HEAD" }));
  assert.equal(still.status, 200);
  assert.equal(still.headers.get("Docker-Content-Digest"), served);
  assert.equal(await still.text(), "");
});

Deno.test("pages follow n and last, with Link only while more follows", async () => {
  const demo = createDemoRegistry(demoImages);
  const list = async (query: string): Promise<readonly [unknown, string | null]> => {
    const response = await demo.fetch(new Request(`${base}/v2/gethomepage/homepage/tags/list${query}`));
    return [(await response.json()).tags, response.headers.get("Link")];
  };
  const path = "/v2/gethomepage/homepage/tags/list";
  assert.deepEqual(await list("?n=2"), [["v1.8.0", "v1.9.0"], `<${path}?last=v1.9.0&n=2>; rel="next"`]);
  assert.deepEqual(await list("?n=2&last=v1.11.0-beta.1"), [["feature-new-widgets"], null]);
  assert.deepEqual(await list("?n=0"), [[], null]);
  const [all, link] = await list("");
  assert.equal((all as unknown[]).length, 13);
  assert.equal(link, null);
});

Deno.test("with tokens a request without the right one is refused with a challenge", async () => {
  const demo = createDemoRegistry(demoImages, { auth: "bearer" });
  const ask = (path: string, token?: string): Promise<Response> =>
    demo.fetch(
      new Request(`${base}${path}`, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } }),
    );
  const refused = await ask("/v2/library/busybox/tags/list");
  assert.equal(refused.status, 401);
  assert.equal(
    refused.headers.get("WWW-Authenticate"),
    `Bearer realm="${base}/token",service="magos-demo",scope="repository:library/busybox:pull"`,
  );
  const { token } = await (await ask("/token?scope=repository%3Alibrary%2Fbusybox%3Apull")).json();
  assert.equal((await ask("/v2/library/busybox/tags/list", token)).status, 200);
  assert.equal((await ask("/v2/apache/tika/tags/list", token)).status, 401);
  assert.equal((await ask("/v2/library/busybox/tags/list", "forged")).status, 401);
});

Deno.test("demoRegistriesConf() sends every image of the demo to its registry", async () => {
  const demo = createDemoRegistry(demoImages, { auth: "bearer" });
  const conf = demoRegistriesConf(demoImages, "127.0.0.1:5000");
  const { registry } = testRegistry(appHttp({ [base]: demo.fetch }), { conf });
  for (const { name, releases } of demoImages) {
    const listed = await registry.listTags(repositoryOf(name));
    assert.ok(listed.ok, name);
    assert.deepEqual(listed.value.tags, releases.flatMap((release) => release.tags));
  }
});
