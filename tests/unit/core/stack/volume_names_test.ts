import assert from "node:assert/strict";
import { volumeNames } from "../../../../src/core/stack/volume_names.ts";

Deno.test("volumeNames() puts the project before the key, unless a name is given", () => {
  assert.deepEqual(volumeNames("web", [{ b: null, a: {}, c: { name: "plain" } }]), ["plain", "web_a", "web_b"]);
});

Deno.test("volumeNames() leaves out what is somebody else's, in either form", () => {
  const written = {
    a: { external: true },
    b: { external: { name: "shared" } },
    c: { external: "true" },
    d: { external: false },
  };
  assert.deepEqual(volumeNames("web", [written]), ["web_d"]);
});

Deno.test("volumeNames() lets later files add to earlier ones, key by key", () => {
  const files = [{ a: { name: "one" }, b: {} }, null, { a: { name: "two", labels: ["x"] }, b: { external: true } }];
  assert.deepEqual(volumeNames("web", files), ["two"]);
});

Deno.test("volumeNames() gives no name that a command line or a path could take for something else", () => {
  assert.deepEqual(
    volumeNames("web", [{ a: { name: "--all" }, b: { name: "../x" }, c: { name: "a/b" }, d: { name: "" } }]),
    [],
  );
  assert.deepEqual(volumeNames("web", ["text", ["list"], 1]), []);
});
