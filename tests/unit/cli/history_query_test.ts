import assert from "node:assert/strict";
import { filterOf, type KnownNames, requireKnown } from "../../../src/cli/history_query.ts";
import type { StoredDecision } from "../../../src/core/ports/store.ts";

function decision(name: string, file: string, setter: string): StoredDecision {
  const current = { name, tag: "1", digest: null };
  return { file, setter, line: 1, since: 0, run: "r", repository: "", decision: { current } };
}

const known: KnownNames = {
  apps: [{ name: "shop", compose: "stacks/shop/compose.yaml" }],
  decisions: [
    decision("ghcr.io/you/web", "stacks/shop/compose.yaml", "semver"),
    decision("redis", "stacks/cache/compose.yaml", "app:cache/redis"),
  ],
  stacks: ["shop", "folder"],
};

/** Which of some changes the name lets through. */
function chosen(query: string | undefined): readonly string[] {
  const filter = filterOf(query, known);
  assert.ok(filter.ok);
  const changes = [
    { image: "ghcr.io/you/web", file: "stacks/shop/compose.yaml", setter: "semver" },
    { image: "docker.io/library/redis", file: "b.yaml", setter: "latest" },
    { image: "redis", file: "stacks/cache/compose.yaml", setter: "app:cache/redis" },
    { image: "deployed", file: "folder", setter: "stack:folder/web" },
  ];
  return changes.filter((change) => filter.value === null || filter.value(change)).map(({ file }) => file);
}

Deno.test("filterOf() takes an image in any of its forms, with or without a tag", () => {
  assert.deepEqual(chosen("ghcr.io/you/web"), ["stacks/shop/compose.yaml"]);
  for (const query of ["redis", "library/redis", "docker.io/redis:7", `redis@sha256:${"a".repeat(64)}`]) {
    assert.deepEqual(chosen(query), ["b.yaml", "stacks/cache/compose.yaml"], query);
  }
  assert.deepEqual(chosen("ghcr.io/you/gone"), []);
  assert.equal(chosen(undefined).length, 4);
});

Deno.test("filterOf() takes a stack by its app, as configured or as last decided", () => {
  assert.deepEqual(chosen("shop"), ["stacks/shop/compose.yaml"]);
  assert.deepEqual(chosen("folder"), ["folder"], "a stack that only this host knows");
  assert.deepEqual(chosen("cache"), ["stacks/cache/compose.yaml"]);
});

Deno.test("filterOf() refuses a name that is a stack and an image", () => {
  const both = filterOf("redis", { ...known, apps: [{ name: "redis", compose: "c.yaml" }] });
  assert.ok(!both.ok);
  assert.equal(both.failure.code, "usage.invalid");
  assert.match(both.failure.cure ?? "", /docker\.io\/library\/redis/);
});

Deno.test("requireKnown() lets pass what the past or the present knows, and names what comes near", () => {
  const past = { runs: [], images: new Set(["ghcr.io/you/old"]) };
  for (const query of [undefined, "ghcr.io/you/old", "ghcr.io/you/web:3", "redis", "shop"]) {
    assert.ok(requireKnown(query, past, known).ok, query);
  }
  const unknown = requireKnown("ghcr.io/you/wbe", past, known);
  assert.ok(!unknown.ok);
  assert.equal(unknown.failure.cure, "did you mean ghcr.io/you/web?");
  const nothing = requireKnown("x", { runs: [], images: new Set() }, { apps: [], decisions: [], stacks: [] });
  assert.ok(!nothing.ok);
  assert.match(nothing.failure.cure ?? "", /without a name/);
});
