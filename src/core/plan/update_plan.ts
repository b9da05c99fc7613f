// Decisions and patched files to the plan of one pass, with an id that the same input always gives.
import type { Decision } from "../model/decision.ts";
import { sha256Of } from "../model/digest.ts";
import type { FilePatch, UpdatePlan } from "../model/plan.ts";
import { canonicalJson } from "./canonical_json.ts";

/** Builds the plan. No clock, no host and no order of arrival goes into its id (contracts.md 1.3). */
export function planUpdate(
  base: { readonly revision: string; readonly branch: string },
  patches: readonly FilePatch[],
  decisions: readonly Decision[],
): UpdatePlan {
  const files = patches
    .filter((patch) => patch.changes.length > 0 || patch.problems.length > 0)
    .sort((a, b) => compare(a.file, b.file));
  return { id: planId(base.revision, files), ...base, files, decisions };
}

/** How many values the plan moves. */
export function countChanges(plan: UpdatePlan): number {
  return plan.files.reduce((count, file) => count + file.changes.length, 0);
}

function planId(revision: string, files: readonly FilePatch[]): string {
  const changes = files.flatMap(({ file, changes }) =>
    changes.map(({ line, column, setter, old, new: next }) => ({ file, line, column, setter, old, new: next }))
  );
  changes.sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
  return sha256Of(canonicalJson({ revision, changes })).slice("sha256:".length);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
