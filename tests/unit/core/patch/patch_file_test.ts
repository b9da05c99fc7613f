import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { patchFile } from "../../../../src/core/patch/patch_file.ts";
import { digestA, digestB, marker, moveAll, plainContext, selecting } from "./cases.ts";

Deno.test("patchFile() says what changed, without quotes, at the value's place", () => {
  const text = `a: 1\nimage: "nginx:1.27" ${marker()}\n`;
  const marked = findTargets("f.yaml", text, plainContext);
  const patch = patchFile(marked, moveAll(marked, "1.28", digestB));
  assert.deepEqual(
    patch.changes.map(({ line, column, setter, old, new: next }) => ({ line, column, setter, old, next })),
    [{ line: 2, column: 8, setter: "semver", old: "nginx:1.27", next: `nginx:1.28@${digestB}` }],
  );
  assert.equal(patch.text, `a: 1\nimage: "nginx:1.28@${digestB}" ${marker()}\n`);
  assert.deepEqual(patch.problems, []);
});

Deno.test("patchFile() changes nothing for a value that stays, is held, or has it already", () => {
  const text = `a: nginx:1.27 ${marker({ pin: "tag" })}\nb: nginx:1.28@${digestB} ${marker()}\n`;
  const marked = findTargets("f.yaml", text, plainContext);
  const [first, second] = marked.found;
  assert.ok(first && second);
  const held = { ...selecting(first.target, "1.28", digestB), state: "held" as const };
  const untouched = { file: "f.yaml", changes: [], problems: [], diff: "", text: null };
  assert.deepEqual(patchFile(marked, new Map()), untouched);
  assert.deepEqual(patchFile(marked, new Map([[first, held]])), untouched);
  assert.deepEqual(patchFile(marked, new Map([[second, selecting(second.target, "1.28", digestB)]])), untouched);
  assert.deepEqual(patchFile(marked, new Map([[first, { ...held, state: "selected", selected: null }]])), untouched);
});

Deno.test("patchFile() keeps the old text of a number as it was written", () => {
  const marked = findTargets("f.yaml", `tag: 1.10 ${marker({ repo: "nginx" })}\n`, plainContext);
  const patch = patchFile(marked, moveAll(marked, "1.11", digestB));
  assert.equal(patch.changes[0]?.old, "1.10");
  assert.equal(patch.text, `tag: "1.11" ${marker({ repo: "nginx" })}\n`);
  const same = patchFile(marked, moveAll(marked, "1.10", digestB));
  assert.equal(same.text, null);
});

Deno.test("patchFile() refuses a file that would read differently elsewhere, whole", () => {
  const text = `a: nginx:1.27 ${marker({ pin: "tag" })}\nb: !!float 1.5 ${marker({ repo: "nginx" })}\n`;
  const marked = findTargets("f.yaml", text, plainContext);
  assert.equal(marked.found.length, 2);
  const patch = patchFile(marked, moveAll(marked, "1.7", digestB));
  assert.equal(patch.text, null);
  assert.equal(patch.diff, "");
  assert.deepEqual(patch.changes, []);
  assert.deepEqual(patch.problems.map(({ code, severity, file }) => [code, severity, file]), [
    ["file.unpatchable", "error", "f.yaml"],
  ]);
});

Deno.test("patchFile() refuses a text that a marker's file no longer is", () => {
  const marked = findTargets("f.yaml", `image: nginx:1.27 ${marker()}\n`, plainContext);
  const shifted = { ...marked, text: `b: [x]\n${marked.text}` };
  assert.deepEqual(patchFile(shifted, moveAll(marked, "1.28", digestB)).problems.map(({ code }) => code), [
    "file.unpatchable",
  ]);
});

Deno.test("patchFile() carries the problems of the markers that stay", () => {
  const marked = findTargets("f.yaml", `a: nginx:1.27 ${marker()}\nb: x ${marker({ policy: "none" })}\n`, plainContext);
  const patch = patchFile(marked, moveAll(marked, "1.28", digestB));
  assert.equal(patch.changes.length, 1);
  assert.deepEqual(patch.problems.map(({ code, line }) => [code, line]), [["marker.unknown_policy", 2]]);
});

Deno.test("patchFile() lets an alias follow its anchor without touching it", () => {
  const text = `a: &img app@${digestA} ${marker({ pin: "digest" })}\nb: *img\nc: [*img, {d: *img}]\n`;
  const marked = findTargets("f.yaml", text, plainContext);
  assert.equal(patchFile(marked, moveAll(marked, "2", digestB)).text, text.replace(digestA, digestB));
});
