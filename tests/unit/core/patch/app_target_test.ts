import assert from "node:assert/strict";
import type { NamedPolicy } from "../../../../src/core/model/policy.ts";
import { type AppImage, findAppTarget } from "../../../../src/core/patch/app_target.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";
import { patchFiles } from "../../../../src/core/patch/patch_file.ts";
import { contextOf, digestB, selecting } from "./cases.ts";

const image: AppImage = { app: "shop", service: "web", policy: "guilliman", pin: null };
const named: NamedPolicy = {
  policy: { ...inlinePolicy("semver", "p.yml:1"), name: "guilliman", range: ">=1" },
  image: null,
  file: "p.yml",
  line: 1,
  suspended: false,
};
const context = contextOf({ book: { magos: new Map([["guilliman", named]]) }, siblings: { "s/.env": "TAG=1.5\n" } });
const text = "services:\n  web:\n    image: a/web:1.0\n  db: {image: 'postgres:16'}\n";

function find(compose: string, more: Partial<AppImage> = {}) {
  return findAppTarget({ file: "s/compose.yaml", text: compose }, { ...image, ...more }, context);
}

Deno.test("findAppTarget() follows the image of a service without a marker", () => {
  const found = find(text);
  assert.ok(found.ok);
  const { target } = found.value;
  assert.deepEqual(
    [target.setter, target.marker, target.part, target.line, target.column, target.policy.range],
    ["app:shop/web", "app", "image", 3, 12, ">=1"],
  );
  const marked = { file: "s/compose.yaml", text, found: [found.value], problems: [] };
  const [patch] = patchFiles([marked], new Map([[found.value, selecting(target, "2.0", digestB)]]));
  assert.equal(patch?.text, text.replace("a/web:1.0", `a/web:2.0@${digestB}`));
});

Deno.test("findAppTarget() obeys the pin of the app, and follows variables", () => {
  const pinned = find(text, { service: "db", pin: "tag", policy: "semver" });
  assert.ok(pinned.ok);
  assert.deepEqual(pinned.value.target.writes, { name: null, tag: true, digest: false });
  const followed = find("services:\n  web:\n    image: a/web:${TAG:-1.0}\n");
  assert.ok(followed.ok);
  assert.equal(followed.value.target.value.file, "s/.env");
});

Deno.test("findAppTarget() takes the one image of a file when no service is named (rulings 12)", () => {
  const only = find("services:\n  web: {image: a/web:1}\n  built: {build: .}\n", { service: null });
  assert.ok(only.ok);
  assert.equal(only.value.target.setter, "app:shop/web");
  for (const compose of [text, "services:\n  built: {build: .}\n", "web: {image: x}\n"]) {
    const found = find(compose, { service: null });
    assert.equal(found.ok ? "found" : found.failure.code, "app.unknown_service", compose);
  }
});

Deno.test("findAppTarget() reports a service, policy or value that is not there", () => {
  const cases: readonly (readonly [compose: string, more: Partial<AppImage>, code: string, cure: RegExp])[] = [
    [text, { service: "wbe" }, "app.unknown_service", /did you mean "web"/],
    [text, { service: "cache" }, "app.unknown_service", /web, db/],
    ["services:\n  web: {build: .}\n", {}, "app.unknown_service", /none/],
    [text, { policy: "guiliman" }, "marker.unknown_policy", /did you mean "guilliman"/],
    ["services:\n  web: {image: '{{ x }}'}\n", {}, "marker.not_an_image", /ghcr\.io/],
    ["services: [\n", {}, "file.unparsable", /mend/],
  ];
  for (const [compose, more, code, cure] of cases) {
    const found = find(compose, more);
    assert.ok(!found.ok, compose);
    assert.equal(found.failure.code, code);
    assert.match(found.failure.cure ?? "", cure);
  }
});
