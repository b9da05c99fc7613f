import assert from "node:assert/strict";
import { releaseKey } from "../../../../src/core/policy/release_key.ts";

const same: readonly (readonly string[])[] = [
  ["1.2", "v1.2", "1.2.0", "release-1.2", "1.2-alpine", "v1.2.0-cuda12", "1.2-ls7", "1.2-3", "1.2-7ca5933"],
  ["2.0.0-rc1", "v2.0.0-rc.1", "2.0.0-rc1-openvino"],
  ["12.3.1-security-01", "v12.3.1-security-01-ubuntu"],
  ["20250101", "2025-01-01", "v2025.1.1"],
];

Deno.test("releaseKey() is one for all packagings of a release", () => {
  for (const tags of same) assert.equal(new Set(tags.map(releaseKey)).size, 1, tags.join(" "));
});

Deno.test("releaseKey() is another for another release, prerelease or fix", () => {
  const tags = ["1.2", "1.2.1", "1.20", "1.2-rc1", "1.2-rc2", "1.2-security-01", "1.2-4-gc1cfb68", "2.0.0-rc1"];
  assert.equal(new Set(tags.map(releaseKey)).size, tags.length);
});

Deno.test("releaseKey() is null for a tag that is no version", () => {
  for (const tag of ["latest", "release", "main-cuda", "sha-7ca5933"]) assert.equal(releaseKey(tag), null, tag);
});
