import assert from "node:assert/strict";
import { renderApply } from "../../../../src/cli/render/apply_text.ts";
import type { StackOutcome } from "../../../../src/core/report/stack_outcome.ts";
import { testSystem } from "../../../fakes/test_system.ts";

const outcome: StackOutcome = {
  name: "web",
  action: "none",
  state: "waiting",
  reason: "its window is closed",
  hash: "v1:1",
  previousHash: null,
  images: [],
  steps: [],
  waitsFor: null,
  until: null,
  health: null,
  running: null,
  revert: null,
  problems: [],
};

function rowOf(changes: Partial<StackOutcome>): string {
  const text = renderApply(testSystem("/", {}).system, {
    run: "r",
    host: "pi4",
    revision: "a".repeat(40),
    previousRevision: null,
    signer: null,
    result: "nothing",
    stacks: [{ ...outcome, ...changes }],
    seconds: 1,
    problems: [],
  });
  return text.split("\n")[1] ?? "";
}

Deno.test("renderApply() says when a window opens, when something is tried again, and what waits for git", () => {
  const until = Date.parse("2026-11-23T02:00:00Z");
  assert.match(rowOf({ waitsFor: "window", until }), /its window is closed, opens 2026-11-23T02:00:00Z$/);
  assert.match(rowOf({ waitsFor: "retry", reason: "no route", until }), /no route, again 2026-11-23T02:00:00Z$/);
  assert.match(rowOf({ state: "rolled-back", reason: "it ended" }), /it ended; waits for git$/);
  assert.match(rowOf({ state: "rolled-back", action: "deploy", reason: "it ended" }), /it ended$/);
});
