// Indexes: the image of each platform, what is odd about them, and documents that descriptors promise.
import assert from "node:assert/strict";
import { type Digest, sha256Of } from "../../../../src/core/model/digest.ts";
import { defaultHostSettings } from "../../../../src/core/model/host_settings.ts";
import { formatPlatform } from "../../../../src/core/model/platform.ts";
import type { Content } from "../../../../src/core/ports/registry.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { repositoryOf, testRegistry, type TestRegistryOptions } from "../../../fakes/test_registry.ts";

const app = repositoryOf("ghcr.io/you/app");
const index = "application/vnd.oci.image.index.v1+json";
const manifest = "application/vnd.oci.image.manifest.v1+json";
const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
const configType = "application/vnd.oci.image.config.v1+json";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly data?: string;
}

/** A registry of hand-written documents. `put` gives the descriptor and the text of each. */
function shelf(options: TestRegistryOptions = {}) {
  const served = new Map<string, { readonly text: string; readonly type: string }>();
  const lines: string[] = [];
  const put = (value: unknown, mediaType: string, type = mediaType): Descriptor => {
    const text = JSON.stringify(value);
    const digest = sha256Of(text);
    const kind = mediaType === configType ? "blobs" : "manifests";
    served.set(`/v2/you/app/${kind}/${digest}`, { text, type });
    return { mediaType, digest, size: new TextEncoder().encode(text).length };
  };
  const image = (platform: string, more: object = {}): Descriptor => {
    const [os, architecture] = platform.split("/");
    const config = put({ os, architecture, ...more }, configType, "application/octet-stream");
    return put({ schemaVersion: 2, mediaType: manifest, config, layers: [] }, manifest);
  };
  const http = appHttp({
    "https://ghcr.io": (request) => {
      const { pathname } = new URL(request.url);
      lines.push(pathname.replace("/v2/you/app/", "").replace(/(sha256:.{6}).*/, "$1"));
      const found = served.get(pathname);
      return found === undefined
        ? new Response("{}", { status: 404 })
        : new Response(found.text, { headers: { "Content-Type": found.type } });
    },
  });
  return { put, image, lines, served, ...testRegistry(http, options) };
}

type Shelf = ReturnType<typeof shelf>;

function listed(platform: string, descriptor: Descriptor): object {
  const [os, architecture, variant] = platform.split("/");
  return { ...descriptor, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
}

async function inspected({ registry }: Shelf, { digest }: Descriptor): Promise<Content> {
  const outcome = await registry.inspect(app, digest);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

async function refused({ registry }: Shelf, { digest }: Descriptor): Promise<string> {
  const outcome = await registry.inspect(app, digest);
  assert.ok(!outcome.ok, JSON.stringify(outcome));
  return outcome.failure.code;
}

function childrenOf(content: Content): readonly (readonly [string, Digest])[] {
  return content.children.map(({ platform, digest }) => [formatPlatform(platform), digest]);
}

const d = (text: string): Descriptor => ({ mediaType: manifest, digest: sha256Of(text), size: 500 });

Deno.test("an index tells the image of each platform without another request", async () => {
  const one = shelf();
  const attestation = { ...d("att"), platform: { os: "unknown", architecture: "unknown" } };
  const root = one.put({
    schemaVersion: 2,
    manifests: [listed("linux/amd64", d("a")), listed("linux/arm", d("b")), attestation],
  }, index);
  const content = await inspected(one, root);
  assert.deepEqual(childrenOf(content), [["linux/amd64", d("a").digest], ["linux/arm/v7", d("b").digest]]);
  assert.deepEqual(content.notes, []);
  assert.equal(content.partial, false);
  assert.equal(one.lines.length, 1);
});

Deno.test("the images of an index inside an index count as those of the outer one", async () => {
  const one = shelf();
  const inner = one.put({ schemaVersion: 2, manifests: [listed("linux/arm64", d("a"))] }, index);
  const root = one.put({ schemaVersion: 2, manifests: [inner, listed("linux/amd64", d("b"))] }, index);
  assert.deepEqual(childrenOf(await inspected(one, root)), [
    ["linux/arm64", d("a").digest],
    ["linux/amd64", d("b").digest],
  ]);
});

Deno.test("of two images for one platform the first counts, and the second is reported", async () => {
  const one = shelf();
  const root = one.put({
    schemaVersion: 2,
    manifests: [listed("linux/amd64", d("first")), listed("linux/x86_64", d("second")), listed("linux/arm64", d("c"))],
  }, index);
  const content = await inspected(one, root);
  assert.deepEqual(content.platforms.map(formatPlatform), ["linux/amd64", "linux/arm64"]);
  assert.deepEqual(childrenOf(content)[0], ["linux/amd64", d("first").digest]);
  assert.equal(content.notes.length, 1);
  assert.match(content.notes[0] ?? "", /several images for linux\/amd64/);
});

Deno.test("the same image twice, and Windows of several releases, are nothing to report", async () => {
  const one = shelf();
  const windows = (version: string) => ({
    ...d(version),
    platform: { os: "windows", architecture: "amd64", "os.version": version },
  });
  const root = one.put({
    schemaVersion: 2,
    manifests: [
      listed("linux/amd64", d("a")),
      listed("linux/amd64", d("a")),
      windows("10.0.17763.1"),
      windows("10.0.20348.1"),
    ],
  }, index);
  const content = await inspected(one, root);
  assert.deepEqual(content.notes, []);
  assert.deepEqual(childrenOf(content), [
    ["linux/amd64", d("a").digest],
    ["windows/amd64", d("10.0.17763.1").digest],
    ["windows/amd64", d("10.0.20348.1").digest],
  ]);
  assert.deepEqual(content.platforms.map(formatPlatform), ["linux/amd64", "windows/amd64"]);
});

Deno.test("images without a platform are reported, and only the one image of an index is looked up", async () => {
  const one = shelf();
  const several = one.put({ schemaVersion: 2, manifests: [d("a"), listed("linux/arm64", d("b"))] }, index);
  const content = await inspected(one, several);
  assert.deepEqual(childrenOf(content), [["linux/arm64", d("b").digest]]);
  assert.deepEqual(content.notes, ["platform not declared for 1 of the 2 images of the index"]);
  assert.equal(one.lines.length, 1);

  const image = one.image("linux/arm64", { created: "2026-01-02T03:04:05Z" });
  const single = one.put({ schemaVersion: 2, manifests: [image] }, index);
  const read = await inspected(one, single);
  assert.deepEqual(childrenOf(read), [["linux/arm64", image.digest]]);
  assert.match(read.notes.join(), /platform not declared .*linux\/arm64/);
  assert.equal(read.created, Date.UTC(2026, 0, 2, 3, 4, 5), "what was read anyway is used");
});

Deno.test("a child that is not what its index promises is refused", async (t) => {
  const cases: Readonly<Record<string, readonly [(child: Descriptor) => object, string]>> = {
    "another size": [(child) => ({ ...child, size: child.size + 1 }), "registry.digest_mismatch"],
    "another type of its kind": [(child) => ({ ...child, mediaType: dockerManifest }), "registry.protocol"],
    "another kind": [(child) => ({ ...child, mediaType: index }), "registry.protocol"],
    "another digest": [(child) => ({ ...child, digest: sha256Of("other") }), "registry.not_found"],
    "more than magos reads": [(child) => ({ ...child, size: 4 * 1024 * 1024 + 1 }), "registry.too_large"],
  };
  for (const [name, [change, code]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const one = shelf();
      const root = one.put({ schemaVersion: 2, manifests: [change(one.image("linux/amd64"))] }, index);
      assert.equal(await refused(one, root), code);
      if (code === "registry.too_large") assert.equal(one.lines.length, 1, "nothing is asked for it");
    });
  }
});

Deno.test("a child without any type of its own is judged by its form", async () => {
  const config = { mediaType: "application/vnd.example", digest: sha256Of("c"), size: 2 };
  for (const [promised, code] of [[manifest, "ok"], [index, "registry.protocol"]] as const) {
    const one = shelf();
    const child = one.put({ schemaVersion: 2, config, layers: [] }, manifest, "application/octet-stream");
    const root = one.put({ schemaVersion: 2, manifests: [{ ...child, mediaType: promised }] }, index);
    if (code === "ok") assert.deepEqual((await inspected(one, root)).platforms, []);
    else assert.equal(await refused(one, root), code);
  }
});

Deno.test("a child that its descriptor carries is not asked for, and is believed only when it is right", async () => {
  const one = shelf();
  const config = { os: "linux", architecture: "arm64" };
  const text = JSON.stringify(config);
  const embedded = { mediaType: configType, digest: sha256Of(text), size: text.length, data: btoa(text) };
  const child = JSON.stringify({ schemaVersion: 2, mediaType: manifest, config: embedded, layers: [] });
  const entry = { mediaType: manifest, digest: sha256Of(child), size: child.length, data: btoa(child) };
  const root = one.put({ schemaVersion: 2, manifests: [entry] }, index);
  assert.deepEqual(childrenOf(await inspected(one, root)), [["linux/arm64", entry.digest]]);
  assert.equal(one.lines.length, 1);
  const wrong = [
    { ...entry, data: btoa(child.replace("2", "3")) },
    { ...entry, size: entry.size + 1 },
  ];
  for (const lie of wrong) {
    assert.equal(
      await refused(one, one.put({ schemaVersion: 2, manifests: [lie] }, index)),
      "registry.digest_mismatch",
    );
  }
  const undecodable = one.put({ schemaVersion: 2, manifests: [{ ...entry, data: "!" }] }, index);
  assert.equal(await refused(one, undecodable), "registry.not_found", "it is asked for then");
});

Deno.test("an index that only leads from one index to the next is refused soon", async () => {
  const one = shelf();
  const inner = Array.from(
    { length: 40 },
    (_, n) => one.put({ schemaVersion: 2, manifests: [listed("linux/arm64", d(`${n}`))] }, index),
  );
  const root = one.put({ schemaVersion: 2, manifests: inner }, index);
  assert.equal(await refused(one, root), "registry.protocol");
  assert.ok(one.lines.length <= 17, `${one.lines.length} requests`);
});

Deno.test("a document that names a type of its own which is none of the four is refused", async () => {
  const one = shelf();
  const odd = { schemaVersion: 2, mediaType: "application/vnd.example+json", manifests: [] };
  assert.equal(await refused(one, one.put(odd, index, "application/json")), "registry.protocol");
  assert.ok(
    (await inspected(one, one.put({ ...odd, mediaType: undefined }, index, "application/json"))).kind === "index",
  );
});

Deno.test("no config is fetched from a host that says so; what only it tells is unknown, in words, and not kept", async () => {
  const settings = () => ({ ...defaultHostSettings, blobs: false });
  const one = shelf({ settings });
  const image = one.image("linux/arm64", { created: "2026-01-02T03:04:05Z" });
  const content = await inspected(one, image);
  assert.deepEqual(content.platforms, []);
  assert.equal(content.created, null);
  assert.equal(content.partial, true);
  assert.match(content.notes.join(), /blobs is false.*platform is not known/);
  const around = await inspected(one, one.put({ schemaVersion: 2, manifests: [image] }, index));
  assert.deepEqual(around.platforms, []);
  assert.equal(around.partial, true);
  assert.ok(one.lines.every((line) => !line.startsWith("blobs/")), one.lines.join());
  const whole = await inspected(one, one.put({ schemaVersion: 2, manifests: [listed("linux/arm64", d("a"))] }, index));
  assert.equal(whole.partial, false, "an index needs no config");
  const text = JSON.stringify({ os: "linux", architecture: "arm64" });
  const carried = { mediaType: configType, digest: sha256Of(text), size: text.length, data: btoa(text) };
  const embedded = await inspected(one, one.put({ schemaVersion: 2, config: carried, layers: [] }, manifest));
  assert.deepEqual(embedded.platforms.map(formatPlatform), ["linux/arm64"], "nothing has to be fetched for it");
});
