// Small makers of markers and decisions, shared by the tests of the patch room.
import assert from "node:assert/strict";
import type { Decision, Target } from "../../../../src/core/model/decision.ts";
import type { Pin, PolicyBook } from "../../../../src/core/model/policy.ts";
import type { FindContext, FoundTarget, MarkedFile } from "../../../../src/core/patch/find_context.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";

/** Digests for old and new values. */
export const digestA = `sha256:${"a".repeat(64)}`;
/** See `digestA`. */
export const digestB = `sha256:${"b".repeat(64)}`;

/** No policies and no other files. */
export const plainContext: FindContext = contextOf({});

/** A context with these parts; siblings by their path. */
export function contextOf(
  parts: {
    readonly pin?: Pin;
    readonly book?: Partial<PolicyBook>;
    readonly siblings?: Readonly<Record<string, string>>;
  },
): FindContext {
  return {
    defaultPin: parts.pin ?? "both",
    book: { magos: new Map(), flux: new Map(), ...parts.book },
    readSibling: (path) => parts.siblings?.[path] ?? null,
  };
}

/** `# {"magos": ...}`; a semver marker unless said otherwise. */
export function marker(keys: Readonly<Record<string, unknown>> = {}): string {
  return `# ${JSON.stringify({ magos: { policy: "semver", ...keys } })}`;
}

/** The one target of a text. */
export function onlyTarget(text: string): Target {
  const { found, problems } = findTargets("f.yaml", text, plainContext);
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
