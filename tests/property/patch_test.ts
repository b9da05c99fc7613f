// Promise 1: only the bytes of the marked values change, whatever the file looks like.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import type { FoundTarget, MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { patchFile } from "../../src/core/patch/patch_file.ts";
import { moveAll, plainContext, selecting } from "../unit/core/patch/cases.ts";
import { digest, file, tag } from "./marked_yaml.ts";

function find(text: string): MarkedFile {
  return findTargets("f.yaml", text, plainContext);
}

/** All leaves of a text by an independent reader: path and value, aliases by name. */
function leavesOf(text: string): readonly string[] {
  const leaves: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) leaves.push(`${path}=${typeof value}:${String(value)}`);
    else for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  for (const [index, document] of parseAllDocuments(text, { logLevel: "silent" }).entries()) {
    assert.deepEqual(document.errors, []);
    visit(document.toJS(), `${index}`);
  }
  return leaves;
}

/** The text with the source of each marked scalar cut out. */
function outsideOf(marked: MarkedFile): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  const scalars = marked.found.flatMap(({ slot }) => slot.form === "scalar" ? [slot.scalar] : []);
  for (const scalar of scalars.sort((a, b) => a.start - b.start)) {
    // Of a block scalar the header and the indentation stay too, but its range begins at the header.
    const isBlock = scalar.style === "literal" || scalar.style === "folded";
    const start = isBlock ? marked.text.lastIndexOf(scalar.text, scalar.end) : scalar.start;
    pieces.push(marked.text.slice(at, start));
    at = isBlock ? start + scalar.text.length : scalar.end;
  }
  return [...pieces, marked.text.slice(at)];
}

Deno.test("patchFile() changes marked scalars and nothing else, and has nothing to do the second time", () => {
  let moved = 0;
  fc.assert(
    fc.property(file, tag, digest, (text, nextTag, nextDigest) => {
      const marked = find(text);
      assert.deepEqual(marked.problems, []);
      const patch = patchFile(marked, moveAll(marked, nextTag, nextDigest));
      assert.deepEqual(patch.problems, []);
      const after = patch.text ?? text;
      const again = find(after);
      assert.deepEqual(again.problems, []);
      assert.equal(again.found.length, marked.found.length);
      assert.deepEqual(outsideOf(again), outsideOf(marked));
      assert.equal(patchFile(again, moveAll(again, nextTag, nextDigest)).text, null);
      const [before, now] = [leavesOf(text), leavesOf(after)];
      assert.equal(now.length, before.length);
      for (const [index, leaf] of now.entries()) {
        if (leaf !== before[index]) assert.match(leaf, /\/(value|follows)\d+(\/\w+)?=string:/);
      }
      moved += patch.changes.length;
    }),
    { numRuns: 300 },
  );
  assert.ok(moved > 100, "the generator makes no changes");
});

Deno.test("patchFile() in two steps, in either order, gives what one step gives", () => {
  fc.assert(
    fc.property(file, tag, digest, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (text, to, hash, first) => {
      const part = (source: string, wanted: boolean | null): string => {
        const marked = find(source);
        const chosen = marked.found.filter((_, index) => wanted === null || first[index] === wanted);
        const decisions = new Map(chosen.map((it: FoundTarget) => [it, selecting(it.target, to, hash)]));
        return patchFile(marked, decisions).text ?? source;
      };
      const whole = part(text, null);
      assert.equal(part(part(text, true), false), whole);
      assert.equal(part(part(text, false), true), whole);
    }),
    { numRuns: 150 },
  );
});

Deno.test("findTargets() and patchFile() bear any text", () => {
  const odd = fc.array(
    fc.constantFrom(
      "a: ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "'",
      '"',
      "|",
      ">-",
      "\n",
      "\r\n",
      "\t",
      "  ",
      "&x ",
      "*x ",
      "!t ",
      "? ",
      "---\n",
      "%YAML 1.1\n",
      "nginx:1.0",
      " # ",
      '# {"magos": {"policy": "semver"}}',
      '# {"magos"',
      "<<: ",
      "\ufeff",
      "😀",
      ":",
      ",",
    ),
    { maxLength: 30 },
  ).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(odd, (text) => {
      const marked = find(text);
      const patch = patchFile(marked, moveAll(marked, "2.0", `sha256:${"b".repeat(64)}`));
      if (patch.text === null) return;
      assert.deepEqual(outsideOf(find(patch.text)), outsideOf(marked));
    }),
    { numRuns: 2000 },
  );
});
