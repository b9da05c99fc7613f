// What one page of a tag list says, and what Google's registries say beside the names.
import assert from "node:assert/strict";
import { readTagPage } from "../../../../src/adapters/registry/tag_page.ts";
import { appHttp } from "../../../fakes/app_http.ts";
import { artifactRegistry, registryK8s } from "../../../fakes/registry_kinds/artifact_registry.ts";
import { repositoryOf, testRegistry } from "../../../fakes/test_registry.ts";

const one = `sha256:${"1".repeat(64)}`;
const two = `sha256:${"2".repeat(64)}`;

function read(value: unknown) {
  const page = readTagPage(new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)));
  return page === null ? null : { names: page.names, facts: Object.fromEntries(page.facts) };
}

Deno.test("readTagPage() reads names as they came, and nothing that is no list", () => {
  assert.deepEqual(read({ name: "x", tags: ["b", "a", 7, null] }), { names: ["b", "a", 7, null], facts: {} });
  assert.deepEqual(read({ tags: null }), { names: [], facts: {} });
  assert.deepEqual(read('{"tags":["a"],"tags":["b"]}'), { names: ["b"], facts: {} });
  for (const none of ["", "[]", "7", "null", "{}", '{"tags":{}}', '{"__proto__":{"tags":["a"]}}', '{"tags":["a"]']) {
    assert.equal(read(none), null, none);
  }
});

Deno.test("readTagPage() reads the digests of Google's lists, and no time of the tag", () => {
  const manifest = {
    [one]: { tag: ["1.0", "latest"], mediaType: "x", timeCreatedMs: "0", timeUploadedMs: "1767225600000" },
    [two]: { tag: [], timeUploadedMs: "1767225600000" },
  };
  assert.deepEqual(read({ child: ["a"], manifest, tags: ["1.0", "latest"] })?.facts, {
    "1.0": { digest: one, pushedAt: null },
    latest: { digest: one, pushedAt: null },
  });
});

Deno.test("readTagPage() believes nothing odd about manifests", () => {
  const odd: readonly unknown[] = [
    7,
    [],
    null,
    { "sha256:short": { tag: ["a"] } },
    { [one.toUpperCase()]: { tag: ["a"] } },
    { [one]: { tag: "a" } },
    { [one]: { tag: ["../a", 7, null] } },
    { [one]: null },
    // Two manifests cannot both have the tag.
    { [one]: { tag: ["a"] }, [two]: { tag: ["a"] } },
  ];
  for (const manifest of odd) {
    assert.deepEqual(read({ tags: ["a"], manifest }), { names: ["a"], facts: {} }, JSON.stringify(manifest));
  }
  const hidden = JSON.stringify({ tags: ["__proto__"], manifest: { [one]: { tag: ["__proto__"] } } });
  assert.equal(readTagPage(new TextEncoder().encode(hidden))?.facts.get("__proto__")?.digest, one);
});

Deno.test("listTags() gives the facts of every page, for tags that are listed", async () => {
  const images = { "team/app": ["1.0", "1.1", "1.2", "latest"] };
  const kinds = [
    [artifactRegistry(images, { page: 2 }), "gcr.io"],
    [registryK8s(images, { page: 2 }), "registry.k8s.io"],
  ] as const;
  for (const [kind, host] of kinds) {
    const { registry } = testRegistry(appHttp(kind.handlers));
    const listed = await registry.listTags(repositoryOf(`${host}/team/app`));
    assert.ok(listed.ok);
    assert.deepEqual(
      [...listed.value.facts].sort(([a], [b]) => (a < b ? -1 : 1)),
      images["team/app"].map((tag) => [tag, { digest: kind.digestOf("team/app", tag), pushedAt: null }]),
    );
  }
});

Deno.test("listTags() gives no facts for tags that are not listed", async () => {
  const http = appHttp({
    "https://gcr.io": () => Response.json({ tags: ["1.0"], manifest: { [one]: { tag: ["1.0", "ghost"] } } }),
  });
  const listed = await testRegistry(http).registry.listTags(repositoryOf("gcr.io/team/app"));
  assert.deepEqual(listed.ok && [...listed.value.facts.keys()], ["1.0"]);
});
