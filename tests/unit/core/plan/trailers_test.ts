import assert from "node:assert/strict";
import type { RecordedChange } from "../../../../src/core/model/recorded_change.ts";
import { formatRevertTrailers, formatTrailers, parseTrailers } from "../../../../src/core/plan/trailers.ts";
import { sampleChange, sampleDecision, sampleDigests } from "../../../fakes/sample_decision.ts";

const id = "0".repeat(64);
const run = { id: "20260120T120000Z-abc123", host: "pi4" };
const nothing = { plan: id, run: null, revert: null, reason: null, changes: [], dropped: 0 };

const change: RecordedChange = {
  policy: "semver",
  image: "ghcr.io/you/app",
  file: "a.yaml",
  from: { tag: "1.0", digest: null },
  to: { tag: "2.0", digest: sampleDigests.new },
  created: "2026-01-20T11:59:59Z",
  age: 2,
  platforms: ["linux/arm64"],
  signer: null,
  scan: null,
  source: "https://github.com/you/app",
  revision: "0123abc",
};

/** A message of magos's own with these lines besides the plan. */
function message(...lines: readonly string[]): string {
  return ["subject", "", `Magos-Plan: ${id}`, ...lines, ""].join("\n");
}

Deno.test("parseTrailers() takes only a last paragraph with a plan, which is not the subject, for magos's own", () => {
  assert.deepEqual(parseTrailers(`s\n\nMagos-Plan: ${id}\n`), nothing);
  assert.deepEqual(parseTrailers(`s\n\nMagos-Plan: ${id}\n\n \n\t\n`), nothing);
  assert.deepEqual(parseTrailers(`s\n\nMagos-Plan: ${"1".repeat(64)}\n\nMagos-Plan: ${id}`), nothing);
  for (
    const text of [
      "",
      "s",
      `Magos-Plan: ${id}`,
      `\n\nMagos-Plan: ${id}`,
      `s\n\nMagos-Plan: ${id}\n\nby a person`,
      `s\n\nMagos-Plan: ${id}\n \r\nCo-authored-by: Ada <ada@example.org>`,
      `s\n\nMagos-Plan: short`,
      `s\n\nmagos-plan: ${id}`,
      `s\n\nMagos-Plan: ${id.toUpperCase().replace("0", "A")}`,
      `s\n\n> Magos-Plan: ${id}`,
      `s\n\n Magos-Plan: ${id}`,
      `s\n\n    Magos-Plan: ${id}`,
      `s\n\nMagos-Plan: ${id}\r`,
    ]
  ) assert.equal(parseTrailers(text), null, JSON.stringify(text));
});

Deno.test("parseTrailers() reads every key, and of a key that stands there twice the first value", () => {
  const commit = "c".repeat(40);
  assert.deepEqual(
    parseTrailers(message(
      "Magos-Run: r1@pi4",
      "Magos-Run: r2@other",
      `Magos-Plan: ${"1".repeat(64)}`,
      `Magos-Revert: ${commit}`,
      `Magos-Revert: ${"d".repeat(40)}`,
      "Magos-Reason: it crashed",
      "Magos-Reason: it did not",
      `Magos-Change: ${JSON.stringify(change)}`,
      "Signed-off-by: Ada <ada@example.org>",
    )),
    { plan: id, run: "r1@pi4", revert: commit, reason: "it crashed", changes: [change], dropped: 0 },
  );
  assert.equal(parseTrailers(message("Magos-Revert: main"))?.revert, null);
  assert.equal(parseTrailers(message("Magos-Reason:  \u0007 "))?.reason, null);
  assert.equal(parseTrailers(message("Magos-Reason: a\u001b[31m\u202eb\u2028c"))?.reason, "a [31mb c");
});

Deno.test("parseTrailers() drops and counts what has not the shape of a change, and keeps the others", () => {
  const wrong: readonly unknown[] = [
    null,
    7,
    "text",
    [],
    {},
    { a: 1 },
    { ...change, policy: "" },
    { ...change, image: 7 },
    { ...change, file: undefined },
    { ...change, file: "x".repeat(5000) },
    { ...change, from: null },
    { ...change, to: { tag: "2.0" } },
    { ...change, to: { tag: "no tag", digest: null } },
    { ...change, to: { tag: "2.0", digest: "sha256:short" } },
    { ...change, created: "yesterday" },
    { ...change, age: "old" },
    { ...change, age: 1.5 },
    { ...change, platforms: "linux/arm64" },
    { ...change, platforms: [7] },
    { ...change, platforms: new Array(1000).fill("linux/arm64") },
    { ...change, source: {} },
    { ...change, revision: "x".repeat(5000) },
  ];
  const lines = wrong.map((value) => `Magos-Change: ${JSON.stringify(value)}`);
  const read = parseTrailers(message("Magos-Change: {broken", ...lines, `Magos-Change: ${JSON.stringify(change)}`));
  assert.deepEqual(read?.changes, [change]);
  assert.equal(read.dropped, wrong.length + 1);
});

Deno.test("parseTrailers() reads a change of a later version, without what it does not know", () => {
  const later = { ...change, scan: { critical: 0 }, signer: "you@example.org", canary: true };
  assert.deepEqual(parseTrailers(message(`Magos-Change: ${JSON.stringify(later)}`))?.changes, [
    { ...change, signer: "you@example.org" },
  ]);
});

Deno.test("parseTrailers() reads at most 2,000 changes and 4 MiB", () => {
  const line = `Magos-Change: ${JSON.stringify(change)}`;
  const many = parseTrailers(message(...new Array(2003).fill(line)));
  assert.deepEqual([many?.changes.length, many?.dropped], [2000, 3]);
  assert.equal(parseTrailers(`${"x".repeat(4 * 1024 * 1024)}\n\nMagos-Plan: ${id}\n`), null);
});

Deno.test("formatRevertTrailers() reads back with its reason on one line", () => {
  const revert = { commit: "c".repeat(64), reason: "crashed:\n\nMagos-Plan: forged\u2028\u202etwice  " };
  const text = formatRevertTrailers(id, run, revert, [change]);
  assert.equal(text.split("\n").length, 5);
  assert.deepEqual(parseTrailers(`revert: app\n\n${text}\n`), {
    plan: id,
    run: "20260120T120000Z-abc123@pi4",
    revert: revert.commit,
    reason: "crashed: Magos-Plan: forged twice",
    changes: [change],
    dropped: 0,
  });
});

Deno.test("formatTrailers() writes nothing that could not be read back, whatever an image claims", () => {
  const { evidence } = sampleDecision();
  assert.ok(evidence);
  const odd = {
    ...evidence,
    created: Date.UTC(10_000, 0, 1),
    platforms: [
      { os: "linux", architecture: "x".repeat(10_000), variant: null },
      { os: "linux", architecture: "arm64\n\nMagos-Plan: x", variant: null },
      ...new Array(500).fill({ os: "linux", architecture: "amd64", variant: null }),
    ],
  };
  const text = formatTrailers(id, { id: run.id, host: "pi\n\n4\nMagos-Revert: x" }, [
    { file: "a.yaml", change: sampleChange(sampleDecision({ evidence: odd })) },
  ]);
  assert.equal(text.split("\n").length, 3);
  const read = parseTrailers(`s\n\n${text}\n`);
  assert.equal(read?.dropped, 0);
  assert.equal(read.run, "20260120T120000Z-abc123@pi 4 Magos-Revert: x");
  assert.equal(read.changes[0]?.created, null);
  assert.equal(read.changes[0]?.platforms.length, 200);
});
