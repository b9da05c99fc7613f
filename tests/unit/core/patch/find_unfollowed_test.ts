// Which images nobody follows: those without marker, app or exclusion, whatever kind of file they stand in.
import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { findUnfollowed } from "../../../../src/core/patch/find_unfollowed.ts";
import { listImages } from "../../../../src/core/patch/list_images.ts";
import { contextOf, marker } from "./cases.ts";

function unmanaged(file: string, text: string, env: string | null = null): readonly string[] {
  const siblings = env === null ? {} : { ".env": env };
  const context = contextOf({ siblings });
  const files = [[file, text], ...Object.entries(siblings)] as const;
  const followed = files.flatMap(([name, content]) => findTargets(name, content, context).found);
  return findUnfollowed(listImages({ file, text }, context.readSibling), followed, []).unmanaged.map((it) =>
    `${it.line}:${it.column} ${it.image}`
  );
}

Deno.test("an image of a Compose file is unmanaged without a marker; one that is built is not", () => {
  const text = `services:
  a:
    image: a/b:1.0
  b:
    image: a/c:1.0 ${marker()}
  c:
    image: mine:1
    build: .
  d:
    image: a/d:1 # {"magos": {"policy": "nobody-knows"}}
`;
  assert.deepEqual(unmanaged("compose.yaml", text), ["3:12 a/b:1.0"]);
});

Deno.test("a marked variable covers all images that are made of it", () => {
  const text =
    "services:\n  a:\n    image: a/server:${TAG}\n  b:\n    image: a/worker:${TAG}-x\n  c: { image: 'a/c:${C}' }\n";
  assert.deepEqual(unmanaged("compose.yaml", text, `${marker({ repo: "a/server" })}\nTAG=1.0\nC=2\n`), [
    "6:15 a/c:${C}",
  ]);
  const one = text.replace("a/server:${TAG}", `a/server:\${TAG} ${marker()}`);
  assert.deepEqual(unmanaged("compose.yaml", one, "TAG=1.0\nC=2\n"), ["6:15 a/c:${C}"]);
});

Deno.test("units, workloads, and names apart from their tags are looked at too", () => {
  assert.deepEqual(unmanaged("a.container", "[Container]\nImage=a/b:1\n"), ["2:7 a/b:1"]);
  assert.deepEqual(unmanaged("a.container", `[Container]\n${marker()}\nImage=a/b:1\n`), []);
  assert.deepEqual(unmanaged("a.container", "[Container]\nImage=mine.build\n"), []);
  const values = `web:\n  repository: a/b\n  tag: "1.0"\njob:\n  repository: a/c\n  tag: "1.0" ${
    marker({ repo: "a/c" })
  }\n`;
  assert.deepEqual(unmanaged("values.yaml", values), ["3:8 a/b:1.0"]);
  const pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - { name: a, image: a/b:1 }\n";
  assert.deepEqual(unmanaged("pod.yaml", pod), ["5:25 a/b:1"]);
  assert.deepEqual(unmanaged("broken.yaml", "image: [\n"), []);
});

Deno.test("an exclusion covers an image whether or not it is marked, and is told with its reason", () => {
  const text = `services:\n  a:\n    image: a/b:\${NOBODY} \n  b:\n    image: a/c:1.0 ${marker()}\n`;
  const images = listImages({ file: "compose.yaml", text }, () => null);
  const found = findTargets("compose.yaml", text, contextOf({})).found;
  const exclusions = [{ image: "a/b", reason: "by hand" }, { image: "a/*", reason: null }];
  assert.deepEqual(findUnfollowed(images, found, exclusions), {
    unmanaged: [],
    excluded: [
      { file: "compose.yaml", line: 3, column: 12, image: "a/b:${NOBODY}", rule: "a/b", reason: "by hand" },
      { file: "compose.yaml", line: 5, column: 12, image: "a/c:1.0", rule: "a/*", reason: null },
    ],
  });
});
