// Promise 1 beyond magos's own YAML markers: Flux markers, `.env` files, units, and values that variables lead to.
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { parseDotEnv } from "../../src/core/documents/dot_env.ts";
import type { FindContext, FoundTarget, MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { patchFile, patchFiles } from "../../src/core/patch/patch_file.ts";
import { contextOf, moveAll, selecting } from "../unit/core/patch/cases.ts";
import { fluxContext, fluxMarker } from "../unit/core/patch/flux_cases.ts";

const digest = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 })
  .map((hex) => `sha256:${hex}`);
const tag = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/),
  fc.constantFrom("1.10", "yes", "null", "0777", "1e3", "2026-11-21", "0x1F"),
).filter((text) => text !== "app");
const eol = fc.constantFrom("\n", "\r\n");

function textOf(lines: readonly string[], end: string, bom: boolean, finalEnd: boolean): string {
  return `${bom ? "\ufeff" : ""}${lines.join(end)}${finalEnd ? end : ""}`;
}

/** What changes between two texts of equally many lines: the numbers of the lines, from 1. */
function changedLines(before: string, after: string): readonly number[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  assert.equal(now.length, old.length);
  return old.flatMap((line, index) => line === now[index] ? [] : [index + 1]);
}

// `KEY` becomes a name of its own; each piece marks its value with a Flux marker.
const part = fc.constantFrom("", ":tag", ":name", ":digest");
const old = fc.constantFrom("x", "1.36", '"1.0"', "'a b'", "~", "${A:-x}", "app:1 ", '"\\u00e9"');
const fluxPiece = fc.tuple(old, part, fc.constantFrom("map", "item", "above", "flow", "anchor", "block", "none")).map(
  ([value, setter, form]): readonly string[] => {
    const comment = fluxMarker(`ns:app${setter}`);
    const plain = form === "flow" || form === "block" ? "x" : value.trim();
    const forms: Readonly<Record<string, readonly string[]>> = {
      map: [`KEY: ${plain} ${comment}`],
      item: ["KEY:", `- ${plain}\t${comment}`, "- other"],
      above: ["KEY:", "  - first", `  ${comment}`, `  - ${plain}`],
      flow: ["KEY: {", `  a: ${plain}, ${comment}`, "  b: [1,2] }"],
      anchor: [`KEY: &KEY ${plain} ${comment}`, "KEYz: *KEY"],
      block: [`KEY: |- ${comment}`, `    ${plain}`],
      none: ["KEY:   {a : 1,   b: '#'}   # text", "", "# ключ \t"],
    };
    return forms[form] ?? [];
  },
);

const fluxFile = fc.record({
  pieces: fc.array(fluxPiece, { minLength: 1, maxLength: 8 }),
  end: eol,
  bom: fc.boolean(),
  finalEnd: fc.boolean(),
}).map(({ pieces, end, bom, finalEnd }) =>
  textOf(pieces.flatMap((lines, index) => lines.map((line) => line.replaceAll("KEY", `k${index}`))), end, bom, finalEnd)
);

/** All leaves by an independent reader. */
function leavesOf(text: string): readonly string[] {
  const leaves: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) leaves.push(`${path}=${String(value)}`);
    else for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  for (const document of parseAllDocuments(text, { logLevel: "silent" })) {
    assert.deepEqual(document.errors, []);
    visit(document.toJS(), "");
  }
  return leaves;
}

Deno.test("Flux markers: the marked values change, no other line and no other leaf", () => {
  let moved = 0;
  fc.assert(fc.property(fluxFile, tag, digest, (text, nextTag, nextDigest) => {
    const marked = findTargets("f.yaml", text, fluxContext);
    assert.deepEqual(marked.problems, []);
    const patch = patchFile(marked, moveAll(marked, nextTag, nextDigest));
    assert.deepEqual(patch.problems, []);
    const after = patch.text ?? text;
    const lines = new Set(patch.changes.map(({ line }) => line));
    // The content of a block scalar stands on the line below its header.
    for (const line of changedLines(text, after)) assert.ok(lines.has(line) || lines.has(line - 1), `line ${line}`);
    const [before, now] = [leavesOf(text), leavesOf(after)];
    assert.equal(now.length, before.length);
    const written = new Set(patch.changes.map((change) => change.new));
    for (const [index, leaf] of now.entries()) {
      if (leaf !== before[index]) assert.ok(written.has(leaf.slice(leaf.indexOf("=") + 1)), leaf);
    }
    const again = findTargets("f.yaml", after, fluxContext);
    assert.equal(again.found.length, marked.found.length);
    assert.equal(patchFile(again, moveAll(again, nextTag, nextDigest)).text, null);
    moved += patch.changes.length;
  }));
  assert.ok(moved > 100, "the generator makes no changes");
});

Deno.test("Flux markers: two patches commute", () => {
  const chosen = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(fluxFile, tag, digest, chosen, (text, nextTag, nextDigest, first) => {
    const step = (source: string, wanted: boolean | null): string => {
      const marked = findTargets("f.yaml", source, fluxContext);
      const found = marked.found.filter((_, index) => wanted === null || first[index % 8] === wanted);
      const decisions = new Map(found.map((it: FoundTarget) => [it, selecting(it.target, nextTag, nextDigest)]));
      return patchFile(marked, decisions).text ?? source;
    };
    const whole = step(text, null);
    assert.equal(step(step(text, true), false), whole);
    assert.equal(step(step(text, false), true), whole);
  }));
});

const magosMarker = '# {"magos": {"policy": "semver", "repo": "ghcr.io/you/app"}}';
const envPiece = fc.tuple(tag, fc.constantFrom("plain", "export", "double", "single", "comment", "none", "long")).map(
  ([value, form]): readonly string[] => {
    const forms: Readonly<Record<string, readonly string[]>> = {
      plain: [magosMarker, `KEY=${value}`],
      export: [magosMarker, ` export  KEY=${value} `],
      double: [magosMarker, `KEY="${value}"`],
      single: [magosMarker, `KEY='${value}' # why`],
      comment: [magosMarker, `KEY = ${value}\t# "why"`],
      none: ["# KEY=1", "", "KEY=a#b 'c", "KEY_B=", "not a setting"],
      long: ['KEY="one', "two=3", 'four"'],
    };
    return forms[form] ?? [];
  },
);

const envFile = fc.record({
  pieces: fc.array(envPiece, { minLength: 1, maxLength: 6 }),
  end: eol,
  bom: fc.boolean(),
  finalEnd: fc.boolean(),
}).map(({ pieces, end, bom, finalEnd }) =>
  textOf(pieces.flatMap((lines, index) => lines.map((line) => line.replaceAll("KEY", `K${index}`))), end, bom, finalEnd)
);

Deno.test(".env files: the marked variables change and no other line", () => {
  fc.assert(fc.property(envFile, tag, digest, (text, nextTag, nextDigest) => {
    const marked = findTargets(".env", text, contextOf({}));
    assert.deepEqual(marked.problems, []);
    const patch = patchFile(marked, moveAll(marked, nextTag, nextDigest));
    assert.deepEqual(patch.problems, []);
    const after = patch.text ?? text;
    assert.deepEqual(changedLines(text, after), patch.changes.map(({ line }) => line));
    const [before, now] = [parseDotEnv(text), parseDotEnv(after)];
    assert.deepEqual(Object.keys(now), Object.keys(before));
    for (const [name, value] of Object.entries(now)) assert.ok(value === before[name] || value === nextTag, name);
    const again = findTargets(".env", after, contextOf({}));
    assert.equal(patchFile(again, moveAll(again, nextTag, nextDigest)).text, null);
  }));
});

Deno.test("variables: whatever the .env sets, the value that Compose would use becomes the new tag", () => {
  const reference = fc.constantFrom("${TAG:-DEFAULT}", "${TAG-DEFAULT}", "${TAG}", "$TAG");
  const env = fc.oneof(fc.constant(null), fc.constant(""), tag).map((value) =>
    value === null ? null : `TAG=${value}\n`
  );
  fc.assert(fc.property(reference, tag, env, tag, digest, (form, fallback, envText, nextTag, nextDigest) => {
    const value = form.replace("DEFAULT", fallback);
    const text = `services:\n  web:\n    image: "you/app:${value}" # {"magos": {"policy": "semver"}}\n`;
    const context = (siblings: Readonly<Record<string, string>>): FindContext => contextOf({ siblings });
    const marked: MarkedFile = findTargets("compose.yaml", text, context(envText === null ? {} : { ".env": envText }));
    const patches = patchFiles([marked], moveAll(marked, nextTag, nextDigest));
    const after = (file: string, before: string): string => patches.find((it) => it.file === file)?.text ?? before;
    if (marked.problems.length > 0) {
      assert.deepEqual([after("compose.yaml", text), after(".env", "")], [text, ""]);
      return;
    }
    const set = parseDotEnv(after(".env", envText ?? ""))["TAG"];
    const [, now = ""] = /you\/app:([^"]*)/.exec(after("compose.yaml", text)) ?? [];
    const inline = /^\$\{TAG(:?-)(.*)\}$/.exec(now);
    const used = set === undefined || (set === "" && inline?.[1] === ":-") ? inline?.[2] : set;
    assert.equal(used, nextTag);
  }));
});
