import assert from "node:assert/strict";
import type { Pin } from "../../../../src/core/model/policy.ts";
import {
  formatMarkedValue,
  readMarkedValue,
  repositoryName,
  sameRepository,
} from "../../../../src/core/patch/marked_value.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { contextOf, digestA, digestB, marker, onlyTarget } from "./cases.ts";

const repo = "ghcr.io/you/app";

Deno.test("readMarkedValue() tells a whole image from only a tag and only a digest", () => {
  const cases: readonly (readonly [string, string | null, string, string, string | null, string | null])[] = [
    ["ghcr.io/you/app:1.4.2", null, "image", "ghcr.io/you/app", "1.4.2", null],
    ["reg.lan:5000/app", null, "image", "reg.lan:5000/app", null, null],
    ["reg.lan:5000/app:2", repo, "image", "reg.lan:5000/app", "2", null],
    [`app:1@${digestA}`, null, "image", "app", "1", digestA],
    ["image@sha256:abcd1234", null, "image", "image", null, null],
    ["app", repo, "image", "app", null, null],
    ["busybox", "docker.io/library/busybox", "image", "busybox", null, null],
    ["1.4.2", repo, "tag", repo, "1.4.2", null],
    [`1.4.2@${digestA}`, repo, "tag", repo, "1.4.2", digestA],
    ["1.4.2@sha256:abcd", repo, "tag", repo, "1.4.2", null],
    ["latest", repo, "tag", repo, "latest", null],
    // A tag may end like the image's name does.
    ["16", "docker.io/you/postgres16", "tag", "docker.io/you/postgres16", "16", null],
    [digestA, repo, "digest", repo, null, digestA],
    ["sha256:abcd1234", repo, "digest", repo, null, null],
    [`sha512:${"c".repeat(128)}`, repo, "digest", repo, null, `sha512:${"c".repeat(128)}`],
  ];
  for (const [value, given, part, name, tag, digest] of cases) {
    const read = readMarkedValue(value, given);
    assert.ok(read.ok, value);
    assert.deepEqual([read.value.part, read.value.image], [part, { name, tag, digest }], value);
  }
});

Deno.test("readMarkedValue() refuses what is no image, and a digest of nobody knows what", () => {
  for (
    const [value, given] of [
      ["", null],
      ["", repo],
      ["not an image", repo],
      ["${TAG}", repo],
      ["${APP_TAG:-1.4.2}", repo],
      ["{{ .Values.tag }}", repo],
      ["App:1", null],
      [digestA, null],
      ["sha256:abcd", null],
    ] as const
  ) {
    const read = readMarkedValue(value, given);
    assert.equal(read.ok ? "accepted" : read.failure.code, "marker.not_an_image", value);
  }
});

Deno.test("repositoryName() drops schemes, a slash at the end, tag and digest", () => {
  for (
    const text of [repo, `https://${repo}`, `docker://${repo}`, `oci://${repo}/`, `${repo}:1`, `${repo}@${digestA}`]
  ) {
    assert.deepEqual(repositoryName(text), { ok: true, value: repo }, text);
  }
  for (const text of ["ftp://ghcr.io/x", "https://", "a b", "https://ghcr.io/You/App"]) {
    const read = repositoryName(text);
    assert.equal(read.ok ? "accepted" : read.failure.code, "marker.invalid", text);
  }
});

Deno.test("sameRepository() knows Docker Hub's many names", () => {
  assert.ok(sameRepository("busybox", "docker.io/library/busybox"));
  assert.ok(sameRepository("index.docker.io/you/app", "you/app"));
  assert.ok(!sameRepository("you/app", "ghcr.io/you/app"));
  assert.ok(!sameRepository("a b", "a b"));
});

/** What is written for a value under a marker when tag 2.0 at `digestB` is taken. */
function written(value: string, keys: Readonly<Record<string, unknown>>): string | null {
  return formatMarkedValue(onlyTarget(`v: ${value} ${marker(keys)}\n`), "2.0", digestB);
}

Deno.test("a value is written in its own form unless the marker pins it otherwise (rulings 2 to 4)", () => {
  const cases: readonly (readonly [value: string, keys: Readonly<Record<string, unknown>>, after: string])[] = [
    // semver: both by default.
    ["app:1.0", {}, `app:2.0@${digestB}`],
    [`app:1.0@${digestA}`, {}, `app:2.0@${digestB}`],
    ["app:1.0", { pin: "tag" }, "app:2.0"],
    ["app:1.0", { pin: "digest" }, `app@${digestB}`],
    ["app:1.0@sha256:abcd1234", {}, `app:2.0@${digestB}`],
    ["reg.lan:5000/app:1.0", {}, `reg.lan:5000/app:2.0@${digestB}`],
    // The name is never changed, whatever `repo` says.
    ["busybox:1.0", { repo: "docker.io/library/busybox" }, `busybox:2.0@${digestB}`],
    ["mirror.lan/app:1.0", { repo: "ghcr.io/you/app" }, `mirror.lan/app:2.0@${digestB}`],
    // Only a tag: the tag alone, unless the pin stands at that marker.
    ["v1.0", { repo }, "2.0"],
    ["v1.0", { repo, pin: "both" }, `2.0@${digestB}`],
    ["v1.0", { repo, pin: "digest" }, digestB],
    [`v1.0@${digestA}`, { repo }, `2.0@${digestB}`],
    ["v1.0@sha256:abcd1234", { repo }, `2.0@${digestB}`],
    // Only a digest.
    [digestA, { repo }, digestB],
    ["sha256:abcd1234", { repo }, digestB],
    // latest writes name:tag@digest.
    ["app:latest", { policy: "latest" }, `app:2.0@${digestB}`],
    ["app", { policy: "latest" }, `app:2.0@${digestB}`],
    [`app@${digestA}`, { policy: "latest" }, `app:2.0@${digestB}`],
    // digest keeps the form of the value.
    [`app@${digestA}`, { policy: "digest" }, `app@${digestB}`],
    ["app@sha256:abcd1234", { policy: "digest" }, `app@${digestB}`],
    [`app:2.0@${digestA}`, { policy: "digest" }, `app:2.0@${digestB}`],
    [`app@${digestA}`, { policy: "digest", pin: "both" }, `app:2.0@${digestB}`],
  ];
  for (const [value, keys, after] of cases) {
    assert.equal(written(value, keys), after, `${value} ${JSON.stringify(keys)}`);
  }
});

Deno.test("formatMarkedValue() writes nothing when a part that belongs into the value is not known", () => {
  const target = onlyTarget(`v: app:1.0 ${marker()}\n`);
  assert.equal(formatMarkedValue(target, "2.0", null), null);
  assert.equal(formatMarkedValue(target, null, digestB), null);
  assert.equal(formatMarkedValue(onlyTarget(`v: app:1.0 ${marker({ pin: "tag" })}\n`), "2.0", null), "app:2.0");
});

Deno.test("update.pin is what markers write that say nothing themselves", async (t) => {
  const expected: Readonly<Record<Pin, string>> = {
    both: `app:2.0@${digestB}`,
    tag: "app:2.0",
    digest: `app@${digestB}`,
  };
  for (const pin of ["both", "tag", "digest"] as const) {
    await t.step(pin, () => {
      const [plain, tagOnly, pinned] = findTargets(
        "f.yaml",
        `a: app:1 ${marker()}\nb: v1 ${marker({ repo })}\nc: app:1 ${marker({ pin: "both" })}\n`,
        contextOf({ pin }),
      ).found;
      assert.ok(plain && tagOnly && pinned);
      assert.equal(formatMarkedValue(plain.target, "2.0", digestB), expected[pin]);
      assert.equal(formatMarkedValue(tagOnly.target, "2.0", digestB), "2.0");
      assert.equal(formatMarkedValue(pinned.target, "2.0", digestB), `app:2.0@${digestB}`);
    });
  }
});
