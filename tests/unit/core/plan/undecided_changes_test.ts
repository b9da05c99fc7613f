import assert from "node:assert/strict";
import type { Decision } from "../../../../src/core/model/decision.ts";
import { commitMessage } from "../../../../src/core/plan/commit_message.ts";
import { undecidedChanges } from "../../../../src/core/plan/undecided_changes.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import type { Commit } from "../../../../src/core/ports/git.ts";
import { sampleDecision, samplePatch } from "../../../fakes/sample_decision.ts";

const plan = planUpdate({ revision: "a".repeat(40), branch: "main" }, [samplePatch("a.yaml")], []);
const message = commitMessage(plan, { id: "r", host: "pi4" });
const commits: readonly Commit[] = [{ revision: "b".repeat(40), parents: [], author: "magos", message, time: 0 }];

function undecided(decisions: readonly Decision[], file?: string): readonly string[] {
  const problems = file === undefined
    ? []
    : [{ code: "file.unparsable", severity: "error", message: "", file }] as const;
  return undecidedChanges(commits, { decisions, problems });
}

Deno.test("undecidedChanges() names what a pass has no answer for, and nothing that it decided", () => {
  const blocker = { gate: "minAge", tag: "2.0", digest: null, message: "", until: null } as const;
  assert.deepEqual(undecided([sampleDecision({ state: "error", selected: null })]), ["ghcr.io/you/app"]);
  const unknown = sampleDecision({ state: "held", blockers: [{ ...blocker, verdict: "unknown" }] });
  assert.deepEqual(undecided([unknown]), ["ghcr.io/you/app"]);
  const held = sampleDecision({ state: "held", blockers: [{ ...blocker, verdict: "hold" }] });
  for (const decision of [held, sampleDecision(), sampleDecision({ state: "current" })]) {
    assert.deepEqual(undecided([decision]), [], decision.state);
  }
});

Deno.test("undecidedChanges() knows a marker that was taken out from a file that does not parse", () => {
  assert.deepEqual(undecided([]), []);
  assert.deepEqual(undecided([], "other.yaml"), []);
  assert.deepEqual(undecided([], "a.yaml"), ["ghcr.io/you/app"]);
});
