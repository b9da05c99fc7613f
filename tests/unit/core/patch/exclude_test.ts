import assert from "node:assert/strict";
import type { Exclusion } from "../../../../src/core/documents/config.ts";
import { findExclusion, findFileExclusion } from "../../../../src/core/patch/exclude.ts";

function entry(image: string, reason: string | null = null): Exclusion {
  return { image, reason };
}

Deno.test("findExclusion() knows an image by its name as written and in full, with its tag and without", () => {
  for (const glob of ["redis", "docker.io/library/redis", "docker.io/library/*", "redis:7*", "**/redis"]) {
    assert.ok(findExclusion("redis:7.0", [entry(glob)]), glob);
  }
  assert.ok(findExclusion("ghcr.io/you/app@sha256:" + "a".repeat(64), [entry("ghcr.io/you/*")]));
  for (const glob of ["redi", "library/redis", "redis:6*", "redis/", "ghcr.io/*"]) {
    assert.equal(findExclusion("redis:7.0", [entry(glob)]), null, glob);
  }
  assert.equal(findExclusion("ghcr.io/you/deep/app:1", [entry("ghcr.io/you/*")]), null, "a star stays in its part");
});

Deno.test("findExclusion() gives the first entry that fits", () => {
  assert.equal(findExclusion("redis:7", [entry("postgres"), entry("red*", "why"), entry("redis")])?.reason, "why");
});

Deno.test("findFileExclusion() takes a plain glob for files too, a name with a reason never", () => {
  for (const glob of ["stacks/old/**", "stacks/old/", "./stacks/old/", "stacks/*/compose.yaml", "**/compose.yaml"]) {
    assert.ok(findFileExclusion("stacks/old/compose.yaml", [entry(glob)]), glob);
  }
  assert.equal(findFileExclusion("stacks/old/compose.yaml", [entry("stacks/old/**", "they are old")]), null);
  // A folder is often called like the image in it.
  assert.equal(findFileExclusion("redis/compose.yaml", [entry("redis")]), null);
});
