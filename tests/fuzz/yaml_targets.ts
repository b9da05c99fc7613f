// Files with markers: only marked values change, and the second run has nothing to do (promises 1 and 2).
import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import type { MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { patchFile } from "../../src/core/patch/patch_file.ts";
import { isBlock } from "../../src/core/yaml/scalars.ts";
import { contextOf, digestB, marker, moveAll } from "../unit/core/patch/cases.ts";
import type { FuzzTarget } from "./target.ts";

/** A whole file of the patch fixtures and some short ones, which mutations spoil sooner. */
export const yamlFiles: FuzzTarget = {
  name: "yaml",
  seeds: [
    ...fixtures(new URL("../fixtures/patch/", import.meta.url)),
    `image: nginx:1.27 ${marker()}\n`,
    `a: {image: "nginx:1.27", b: 1} ${marker({ pin: "tag" })}\nb: [x] # c\n`,
    `a: &x 'nginx:1.27'\t${marker()}\nb: *x\n---\nc: >- ${marker()}\n  redis:7@${digestB}\n`,
    `tag: 1.10 ${marker({ repo: "ghcr.io/you/app" })}\r\nd: |\r\n  # {"magos"\r\n`,
  ],
  words: [
    marker(),
    marker({ policy: "digest", repo: "nginx", pin: "digest" }),
    ` ${marker({ range: ">=1", minAge: "3d", arch: ["linux/amd64"] })}\n`,
    ...`image: |- |+2 >- |1 ' " & &a *a !t !!str !!binary ? <<: --- ... %YAML %TAG [ ] { } , : # - ~ null yes 1.10 0x1F`
      .split(" "),
    "? ",
    "- ",
    ": ",
    " #",
    "\n  ",
    "\n\n",
    "\n---\n",
    "\n...\n",
    "\t",
    "nginx:1.27",
    digestB,
    "\\x41",
  ],
  longest: 8192,
  check: (text, chance) => {
    const tag = chance.pick(tags);
    const pin = chance.pick(["both", "tag", "digest"] as const);
    const marked = findTargets("f.yaml", text, contextOf({ pin }));
    const patch = patchFile(marked, moveAll(marked, tag, digestB));
    if (patch.text === null) return;
    assert.notEqual(patch.text, text);
    const again = findTargets("f.yaml", patch.text, contextOf({ pin }));
    assert.deepEqual(outsideOf(again), outsideOf(marked), "bytes outside of the marked values changed");
    const [before, after] = [leavesOf(text), leavesOf(patch.text)];
    assert.equal(after.length, before.length);
    for (const [at, leaf] of after.entries()) {
      // Of a value with a variable only the part in braces is the change.
      const isNew = typeof leaf === "string" &&
        patch.changes.some((change) =>
          leaf.trim() === change.new || leaf === String(before[at]).replace(change.old, () => change.new)
        );
      assert.ok(isNew || Object.is(leaf, before[at]), `${String(before[at])} became ${String(leaf)}`);
    }
    assert.equal(patchFile(again, moveAll(again, tag, digestB)).text, null, "the second run found something to do");
  },
};

/** New tags; some would be numbers, booleans or nothing if they stood there without quotes. */
const tags = ["2.0.1", "2.0", "1.10", "yes", "null", "0x1F", "1e3", "0777", "2026-11-21", "v2_-x"];

/** All values of a text as an independent reader sees them; of one that expands without end nothing. */
function leavesOf(text: string): readonly unknown[] {
  const leaves: unknown[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) leaves.push(value);
    else for (const item of value instanceof Map ? [...value].flat() : Object.values(value)) visit(item);
  };
  try {
    for (const document of parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false })) {
      visit(document.toJS({ mapAsMap: true, maxAliasCount: 100 }));
    }
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError || error instanceof TypeError) return [];
    throw error;
  }
  return leaves;
}

/** The text between the marked values; of a block its header and indentation count as outside. */
function outsideOf({ text, found }: MarkedFile): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  const scalars = found.flatMap(({ slot }) => slot.form === "scalar" ? [slot.scalar] : []);
  for (const scalar of scalars.sort((a, b) => a.start - b.start)) {
    const start = isBlock(scalar) ? text.lastIndexOf(scalar.text, scalar.end) : scalar.start;
    pieces.push(text.slice(at, start));
    at = isBlock(scalar) ? start + scalar.text.length : scalar.end;
  }
  return [...pieces, text.slice(at)];
}

function fixtures(folder: URL): readonly string[] {
  const texts: string[] = [];
  for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory) texts.push(...fixtures(new URL(`${encodeURIComponent(entry.name)}/`, folder)));
    else if (/\.ya?ml$/.test(entry.name)) {
      texts.push(new TextDecoder("utf-8", { ignoreBOM: true }).decode(
        Deno.readFileSync(new URL(encodeURIComponent(entry.name), folder)),
      ));
    }
  }
  return texts;
}
