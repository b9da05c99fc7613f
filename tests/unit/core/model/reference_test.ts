import assert from "node:assert/strict";
import {
  formatReference,
  formatRepository,
  isTag,
  parseReference,
  parseRepository,
} from "../../../../src/core/model/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

Deno.test("parseReference() splits name, tag and digest without loss", () => {
  const cases: readonly (readonly [string, string, string | null, string | null])[] = [
    ["busybox", "busybox", null, null],
    ["busybox:1.37", "busybox", "1.37", null],
    [`ghcr.io/you/app@${digest}`, "ghcr.io/you/app", null, digest],
    [`ghcr.io/you/app:1.4.2@${digest}`, "ghcr.io/you/app", "1.4.2", digest],
    ["localhost:5000/app", "localhost:5000/app", null, null],
    ["reg.lan:5000/a/b:v1", "reg.lan:5000/a/b", "v1", null],
    ["[::1]:5000/app:1", "[::1]:5000/app", "1", null],
    [`app@sha512:${"b".repeat(128)}`, "app", null, `sha512:${"b".repeat(128)}`],
  ];
  for (const [text, name, tag, written] of cases) {
    const parsed = parseReference(text);
    assert.ok(parsed.ok, text);
    assert.deepEqual(parsed.value, { name, tag, digest: written });
    assert.equal(formatReference(parsed.value), text);
  }
});

Deno.test("parseReference() refuses what no registry could serve", () => {
  for (
    const text of [
      "",
      ":1.0",
      "app:",
      "app@",
      "app@sha256:abcd1234",
      `app@sha256:${"A".repeat(64)}`,
      `app@${digest}@${digest}`,
      "app:-1",
      `app:${"x".repeat(129)}`,
      "App:1",
      "ghcr.io/You/app",
      "a//b",
      "/a",
      "a/",
      "a b",
      "app:1.0 ",
      "https://ghcr.io/you/app",
      "${IMAGE}",
      "{{ .Values.image }}",
      "a".repeat(256),
      "a".repeat(240),
      "ghcr..io/you/app",
      "ghcr.-io/you/app",
      "ghcr-.io:5000/you/app",
      "app:1.0\n",
    ]
  ) {
    const parsed = parseReference(text);
    assert.equal(parsed.ok ? "accepted" : parsed.failure.code, "marker.not_an_image", JSON.stringify(text));
  }
});

Deno.test("parseRepository() gives the name that registries know", () => {
  const cases: Readonly<Record<string, string>> = {
    "busybox": "docker.io/library/busybox",
    "you/app": "docker.io/you/app",
    "docker.io/busybox": "docker.io/library/busybox",
    "index.docker.io/you/app": "docker.io/you/app",
    "registry-1.docker.io/library/busybox": "docker.io/library/busybox",
    "GHCR.io/you/app": "ghcr.io/you/app",
    "localhost/app": "localhost/app",
    "reg.lan:5000/app": "reg.lan:5000/app",
    "NAS/app": "nas/app",
  };
  for (const [name, canonical] of Object.entries(cases)) {
    const parsed = parseRepository(name);
    assert.equal(parsed.ok ? formatRepository(parsed.value) : parsed.failure.message, canonical, name);
  }
});

Deno.test("isTag() knows the grammar of the distribution specification", () => {
  for (const text of ["1", "_", "v1.2.3-rc.1_x", "A".repeat(128)]) assert.ok(isTag(text), text);
  for (const text of ["", ".1", "-1", "a+b", "a:b", "a/b", "ä", "1\n", "A".repeat(129)]) assert.ok(!isTag(text), text);
});
