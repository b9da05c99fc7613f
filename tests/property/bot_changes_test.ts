// What bots may do to a file: all that magos itself writes, and no other edit whatever.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { patchFile } from "../../src/core/patch/patch_file.ts";
import { refuseText } from "../../src/core/patch/bot_changes.ts";
import { editSlot, slotText } from "../../src/core/patch/slot.ts";
import { moveAll, plainContext } from "../unit/core/patch/cases.ts";
import { digest, file, tag } from "./marked_yaml.ts";

function find(text: string): MarkedFile {
  return findTargets("f.yaml", text, plainContext);
}

Deno.test("refuseText() takes every splice of patchFile(), and the way back", () => {
  let moved = 0;
  fc.assert(
    fc.property(file, tag, digest, (text, nextTag, nextDigest) => {
      const marked = find(text);
      const after = patchFile(marked, moveAll(marked, nextTag, nextDigest)).text;
      if (after === null) return;
      moved++;
      assert.equal(refuseText("f.yaml", text, after, marked.found), null);
      // A roll-back writes the older value again, in the quotes that stand there now.
      const again = find(after);
      const back = patchFile(again, moveAll(again, "1.0", nextDigest)).text;
      if (back !== null) assert.equal(refuseText("f.yaml", after, back, again.found), null);
    }),
    { numRuns: 300 },
  );
  assert.ok(moved > 100, "the generator makes no changes");
});

Deno.test("refuseText() refuses any edit outside of the marked values", () => {
  const junk = fc.oneof(
    fc.constantFrom(" ", "\n", "#", "x", "'", '"', "privileged: true\n", ":", "1", "\t", "\r", "😀"),
    fc.string({ minLength: 1, maxLength: 4 }),
  );
  let tried = 0;
  fc.assert(
    fc.property(file, tag, digest, fc.nat(), fc.nat({ max: 5 }), junk, (text, nextTag, nextDigest, place, cut, put) => {
      const marked = find(text);
      const patched = patchFile(marked, moveAll(marked, nextTag, nextDigest));
      const after = patched.text ?? text;
      const spots = find(after).found.flatMap(({ slot }) => {
        const range = editSlot(slot, slotText(slot));
        return range.ok ? [range.value] : [];
      });
      const start = place % (after.length + 1);
      const end = Math.min(start + cut, after.length);
      // An edit at the rim of a value may be one of the value.
      if (spots.some((spot) => start <= spot.end && end >= spot.start)) return;
      const edited = after.slice(0, start) + put + after.slice(end);
      if (edited === after) return;
      tried++;
      assert.notEqual(refuseText("f.yaml", text, edited, marked.found), null, JSON.stringify([text, edited]));
    }),
    { numRuns: 1000 },
  );
  assert.ok(tried > 300, `only ${tried} edits were tried`);
});
