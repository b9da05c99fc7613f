// Small makers of markers and decisions, shared by the tests of the patch room.
import assert from "node:assert/strict";
import type { Decision, Target } from "../../../../src/core/model/decision.ts";
import { findTargets, type FoundTarget, type MarkedFile } from "../../../../src/core/patch/find_targets.ts";

/** Digests for old and new values. */
export const digestA = `sha256:${"a".repeat(64)}`;
/** See `digestA`. */
export const digestB = `sha256:${"b".repeat(64)}`;

/** `# {"magos": ...}`; a semver marker unless said otherwise. */
export function marker(keys: Readonly<Record<string, unknown>> = {}): string {
  return `# ${JSON.stringify({ magos: { policy: "semver", ...keys } })}`;
}

/** The one target of a text. */
export function onlyTarget(text: string): Target {
  const { found, problems } = findTargets("f.yaml", text, "both");
  assert.deepEqual(problems, []);
  assert.equal(found.length, 1);
  const [first] = found;
  assert.ok(first);
  return first.target;
}

/** A decision that takes a tag and digest for a target. */
export function selecting(target: Target, tag: string, digest: string): Decision {
  return {
    target,
    state: "selected",
    selected: { ...target.current, tag, digest },
    newest: null,
    blockers: [],
    reasons: [],
    evidence: null,
    tags: [],
    problems: [],
  };
}

/** Every target of a file moved to the same tag and digest. */
export function moveAll(marked: MarkedFile, tag: string, digest: string): ReadonlyMap<FoundTarget, Decision> {
  return new Map(marked.found.map((found) => [found, selecting(found.target, tag, digest)]));
}
