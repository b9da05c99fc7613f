// One decision with every field filled in, for tests of what is made of decisions.
import type { Decision, Target } from "../../src/core/model/decision.ts";
import type { Change, FilePatch } from "../../src/core/model/plan.ts";
import type { Policy } from "../../src/core/model/policy.ts";
import { inlinePolicy } from "../../src/core/patch/marker_policy.ts";
import { testNow } from "./manual_clock.ts";

/** Digests of the old and of the new image. */
export const sampleDigests = { old: `sha256:${"a".repeat(64)}`, new: `sha256:${"b".repeat(64)}` } as const;

const policy: Policy = {
  ...inlinePolicy("semver", "a.yaml:3"),
  range: ">=1 <3",
  arch: [{ os: "linux", architecture: "arm", variant: "v7" }],
  minAgeSeconds: 259_200,
};

/** The value `ghcr.io/you/app:1.0` in line 3 of a.yaml. */
export function sampleTarget(more: Partial<Target> = {}): Target {
  return {
    file: "a.yaml",
    line: 3,
    column: 8,
    part: "image",
    setter: "semver",
    marker: "magos",
    value: { file: "a.yaml", line: 3, column: 8 },
    policy,
    current: { name: "ghcr.io/you/app", tag: "1.0", digest: sampleDigests.old },
    writes: { name: null, tag: true, digest: true },
    repository: { host: "ghcr.io", path: "you/app" },
    notes: [],
    ...more,
  };
}

/** The decision to take 2.0 for it. */
export function sampleDecision(more: Partial<Decision> = {}): Decision {
  return {
    target: sampleTarget(),
    state: "selected",
    selected: { name: "ghcr.io/you/app", tag: "2.0", digest: sampleDigests.new },
    newest: { name: "ghcr.io/you/app", tag: "2.1", digest: null },
    blockers: [
      {
        gate: "minAge",
        verdict: "hold",
        tag: "2.1",
        digest: sampleDigests.new,
        message: "too young",
        until: testNow + 5000,
      },
      { gate: "platforms", verdict: "hold", tag: "2.2", digest: sampleDigests.new, message: "no arm", until: null },
    ],
    reasons: ["2.0 is the highest allowed version"],
    evidence: {
      digest: sampleDigests.new,
      created: testNow - 1000,
      firstSeen: testNow - 2000,
      ageSeconds: 2,
      platforms: [{ os: "linux", architecture: "arm64", variant: null }],
      source: "https://github.com/you/app",
      revision: "0123abc",
      repushed: false,
      gates: [{
        gate: "minAge",
        verdict: "pass",
        tag: "2.0",
        digest: sampleDigests.new,
        message: "old enough",
        until: null,
      }],
    },
    tags: [
      { tag: "2.0", key: "2.0", verdict: "selected", reason: "highest allowed" },
      { tag: "1.0", key: "1.0", verdict: "current", reason: "in the file" },
      { tag: "beta", key: null, verdict: "unparsable", reason: "no version" },
      { tag: "alpha", key: null, verdict: "unparsable", reason: "no version" },
    ],
    problems: [],
    ...more,
  };
}

/** The change that carries a decision out. */
export function sampleChange(decision: Decision = sampleDecision(), more: Partial<Change> = {}): Change {
  const { line, column, setter } = decision.target;
  return { line, column, setter, old: "ghcr.io/you/app:1.0", new: "ghcr.io/you/app:2.0", decision, ...more };
}

/** A patched file. */
export function samplePatch(file: string, changes: readonly Change[] = [sampleChange()]): FilePatch {
  return { file, changes, problems: [], diff: "--- a\n", text: "new" };
}
