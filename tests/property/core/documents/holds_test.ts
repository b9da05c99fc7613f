// Any list that a person may keep, edited: the entry comes and goes, and not one other byte changes.
import assert from "node:assert/strict";
import fc from "fast-check";
import { addHold, normalHold, removeHolds } from "../../../../src/core/documents/edit_holds.ts";
import { readHolds } from "../../../../src/core/documents/holds.ts";
import type { Hold } from "../../../../src/core/model/hold.ts";

const digest = `sha256:${"c".repeat(64)}`;
const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const hold: fc.Arbitrary<Hold> = fc.record({
  image: fc.constantFrom("ollama/ollama", "busybox", "ghcr.io/you/app", "localhost:5000/a"),
  tag: fc.constantFrom(null, "1.10", "latest", "0x1f", "no", "2026-01-20"),
  digest: fc.constantFrom(null, digest),
  above: fc.constantFrom(null, "1.10", "1e3"),
  kind: fc.constantFrom("manual", "quarantine"),
  reason: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("a: b", "# no", "- x", "'", '"', "Magos-Plan: 1", "~"),
  ),
  by: fc.string({ unit: "grapheme" }),
  since: time,
  until: fc.option(time),
});

/** An entry as people write it, with comments around it, each line apart. */
const entry = fc.record({
  image: fc.constantFrom("a/b", "c/d"),
  form: fc.constantFrom("block", "dash alone", "flow"),
  above: fc.constantFrom([], [""], ["# above"], ["  # deeper", ""]),
  note: fc.constantFrom("", "  # why"),
});

const file = fc.record({
  entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
  indent: fc.constantFrom("", "  "),
  head: fc.constantFrom([], ["# ours"], ["---"], ["", "# a"]),
  tail: fc.constantFrom([], [""], ["# end"], ["", "    # deep end"]),
  end: fc.constantFrom("\n", "\r\n"),
  closed: fc.boolean(),
  mark: fc.constantFrom("", "\ufeff"),
});

function linesOf({ image, form, note }: { image: string; form: string; note: string }, indent: string): string[] {
  const since = "since: 2026-01-20T12:00:00Z";
  const lines = {
    block: [`- image: ${image}${note}`, `  ${since}`],
    "dash alone": ["-", `  ${since}`, `  image: "${image}"${note}`],
    flow: [`- { image: ${image},`, `    ${since} }${note}`],
  }[form] ?? [];
  return lines.map((line) => line === "" ? "" : indent + line);
}

Deno.test("addHold() adds one entry to any list, and every other byte stays", () => {
  fc.assert(fc.property(file, hold, ({ entries, indent, head, tail, end, closed, mark }, added) => {
    const lines = [...head, "holds:", ...entries.flatMap((it) => [...it.above, ...linesOf(it, indent)]), ...tail];
    const text = mark + lines.join(end) + (closed ? end : "");
    const before = readHolds(text).holds;
    assert.ok(before !== null);
    const edited = addHold(text, added);
    assert.ok(edited.ok, JSON.stringify(edited));
    assert.deepEqual(readHolds(edited.value).holds, [...before, normalHold(added)]);
    const back = removeHolds(edited.value, (it) => JSON.stringify(it) === JSON.stringify(normalHold(added)));
    assert.ok(back.ok);
    assert.equal(back.value.removed.length, 1);
    // A text that did not end its last line has it ended now.
    assert.ok(back.value.text === text || back.value.text === text + end, JSON.stringify(back.value.text));
  }));
});

Deno.test("removeHolds() takes whole entries out of any list, and every other byte stays", () => {
  fc.assert(fc.property(file, ({ entries, indent, head, tail, end, closed, mark }) => {
    const build = (kept: (image: string) => boolean): string => {
      const list = entries.flatMap((it) => [...it.above, ...kept(it.image) ? linesOf(it, indent) : []]);
      const lines = [...head, "holds:", ...list, ...tail];
      return mark + lines.join(end) + (closed || tail.length > 0 ? end : "");
    };
    const edited = removeHolds(build(() => true), ({ image }) => image === "a/b");
    assert.ok(edited.ok);
    const expected = build((image) => image !== "a/b");
    assert.ok(edited.value.text === expected || edited.value.text === expected + end);
  }));
});
