// Promise 1: only the bytes of the marked values change, whatever the file looks like.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import type { FoundTarget, MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { patchFile } from "../../src/core/patch/patch_file.ts";
import { moveAll, plainContext, selecting } from "../unit/core/patch/cases.ts";

const digest = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 }).map((hex) =>
  `sha256:${hex}`
);
// A tag like the last part of its repository's name would read as an image without a tag.
const tag = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
  fc.constantFrom("1.10", "1", "yes", "null", "0777", "1e3", "2026-11-21", "1_000", "v1.2.3", "0x1F"),
).filter((text) => !["app", "b", "nginx", "redis"].includes(text));
const name = fc.constantFrom("nginx", "ghcr.io/you/app", "reg.lan:5000/a/b", "docker.io/library/redis");

/** One value's source text by style, and the marker that fits it. */
const markedLine = fc.record({
  image: fc.boolean(),
  name,
  tag,
  digest: fc.option(digest, { nil: null }),
  pin: fc.constantFrom("tag", "digest", "both", null),
  quote: fc.constantFrom("'", '"', ""),
  gap: fc.constantFrom(" ", "   ", "\t"),
  form: fc.constantFrom("map", "anchor", "list", "flow", "flowMap", "literal", "folded"),
}).map((it) => {
  const digestText = it.digest === null ? "" : `@${it.digest}`;
  const value = it.image ? `${it.name}:${it.tag}${digestText}` : `${it.tag}${digestText}`;
  const keys = { policy: "semver", repo: it.name, ...(it.pin === null ? {} : { pin: it.pin }) };
  const comment = `# ${JSON.stringify({ magos: keys })}`;
  const quoted = `${it.quote}${value}${it.quote}`;
  const lines: Readonly<Record<string, readonly string[]>> = {
    map: [`value: ${quoted}${it.gap}${comment}`],
    anchor: [`value: &KEY ${quoted}${it.gap}${comment}`, "follows: *KEY"],
    list: ["value:", `  - ${quoted}${it.gap}${comment}`],
    flow: [`value: [ ${quoted} ]${it.gap}${comment}`],
    flowMap: [`value: { image: ${quoted}, other: [1, "#"] }${it.gap}${comment}`],
    literal: [`value: |-${it.gap}${comment}`, `    ${value}`],
    folded: [`value: >${it.gap}${comment}`, `    ${value}`],
  };
  return lines[it.form] ?? [];
});

const otherLine = fc.constantFrom<readonly string[]>(
  ["plain: text # with a comment"],
  ["# a comment\twith a tab, ü and 😀"],
  ["ünïcode: 'ключ # 値'"],
  ["block: |", "  image: nginx:1.0 # {not a marker}", "", "  last"],
  ["flow: {a: [1, 2], 'b': \"x\\ty\"}"],
  [""],
  ["number: 1.10"],
  ["? complex", ": value"],
);

const file = fc.record({
  pieces: fc.array(fc.oneof(markedLine, otherLine), { minLength: 1, maxLength: 8 }),
  documents: fc.boolean(),
  eol: fc.constantFrom("\n", "\r\n"),
  bom: fc.boolean(),
  finalNewline: fc.boolean(),
}).map(({ pieces, documents, eol, bom, finalNewline }) => {
  const lines = pieces.flatMap((piece, index) => [
    ...(documents && index > 0 ? ["---"] : []),
    // Keys of one mapping differ, and so do anchors.
    ...piece.map((line) =>
      line.replace(/^(value|plain|ünïcode|block|flow|number|follows)\b/u, `$1${index}`).replace(/^ünïcode/, `ü${index}`)
        .replaceAll("KEY", `n${index}`).replace(/^\? complex/, `? complex${index}`)
    ),
  ]);
  return `${bom ? "\ufeff" : ""}${lines.join(eol)}${finalNewline ? eol : ""}`;
});

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
