import assert from "node:assert/strict";
import { isReleasedTag } from "../../../../src/core/policy/released_tag.ts";

const released = [
  "1.38",
  "1.2.3",
  "v2.4.1-cuda",
  "3.2.3.0-full",
  "16.2-alpine",
  "1.2.0-rc1",
  "2026-01-20",
  "20260120",
  "nightly-20260120",
  "RELEASE.2025-09-07T16-13-09Z",
  "4.9.3.0-ls99",
  "sha-0123abc",
  "main-0123abcdef",
];
const moving = [
  "latest",
  "stable",
  "edge",
  "main",
  "nightly",
  "alpine",
  "bookworm",
  "lts",
  "16",
  "22-alpine",
  "v3",
  "1.2-nightly",
  "3.0.0-SNAPSHOT",
  "1.4-dev",
  "8.1-latest",
];

Deno.test("isReleasedTag() knows versions of two parts, dates and commits, and no channel", () => {
  for (const tag of released) assert.equal(isReleasedTag(tag, false), true, tag);
  for (const tag of moving) assert.equal(isReleasedTag(tag, false), false, tag);
});

Deno.test("isReleasedTag() takes one number for a release where a policy chose it among versions, and a channel never", () => {
  for (const tag of ["16", "22-alpine", "v3"]) assert.equal(isReleasedTag(tag, true), true, tag);
  for (const tag of ["latest", "stable", "nightly", "bookworm", "1.2-nightly"]) {
    assert.equal(isReleasedTag(tag, true), false, tag);
  }
});
