// The row of a stack from phase to phase.
import assert from "node:assert/strict";
import {
  countInterruption,
  deployingRow,
  freshRow,
  imagesOf,
  retryRow,
  rolledBackRow,
  rollingBackRow,
  settledRow,
} from "../../../../src/core/plan/stack_rows.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { contentOf, runningAfter } from "../../../fakes/stack_tree.ts";

const digest = `sha256:${"1".repeat(64)}`;
const content = contentOf({ "stacks/web/compose.yaml": `services: { web: { image: "a/web:1@${digest}" } }\n` });
const good = { revision: "a".repeat(40), hash: content.hash };
const bad = { revision: "b".repeat(40), hash: "v1:bad" };
const settled = settledRow(freshRow(content, good, testNow), content, good, runningAfter(content), testNow);

Deno.test("a deployment that was interrupted counts, another hash begins anew", () => {
  const first = deployingRow(settled, content, bad, testNow);
  assert.deepEqual([first.phase, first.interruptions, first.lastGood], ["deploying", 0, good]);
  const twice = deployingRow(countInterruption(first), content, bad, testNow);
  assert.equal(deployingRow(countInterruption({ ...twice, phase: "probing" }), content, bad, testNow).interruptions, 2);
  assert.equal(deployingRow(countInterruption(twice), content, good, testNow).interruptions, 0);
  assert.equal(countInterruption(settled).interruptions, 0);
});

Deno.test("a roll-back remembers what was bad, and what was good stays", () => {
  const going = rollingBackRow(deployingRow(settled, content, bad, testNow), "line one\nline two", testNow);
  assert.deepEqual([going.phase, going.bad, going.reason], ["rolling-back", bad, "line one line two"]);
  const back = rolledBackRow(going, testNow);
  assert.deepEqual([back.phase, back.applied, back.lastGood, back.bad], ["rolled-back", good, good, bad]);
});

Deno.test("what fails is tried again later each time, within an hour", () => {
  const waits: number[] = [];
  let row = settled;
  for (let time = 0; time < 12; time++) {
    row = retryRow(row, bad, "no route", testNow);
    waits.push(((row.retryAt ?? 0) - testNow) / 60_000);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]);
  assert.equal(row.phase, "settled");
});

Deno.test("imagesOf() knows an image by its file's digest and by all that the engine calls it", () => {
  const other = `sha256:${"2".repeat(64)}`;
  const containers = runningAfter(content).map((it) => ({ ...it, digests: [other] }));
  assert.deepEqual(imagesOf(content, containers).get("web")?.digests, [digest, other]);
  assert.deepEqual(imagesOf(content, []).get("web")?.digests, [digest]);
});
