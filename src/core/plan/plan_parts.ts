// One plan to the commits that carry it out: one for all, or one for each group or image (`update.commit.per`).
import type { Decision } from "../model/decision.ts";
import type { Change, FilePatch, PlanPart, UpdatePlan } from "../model/plan.ts";
import { formatRepository } from "../model/reference.ts";
import { groupOf } from "./group_gate.ts";

/** What goes into one commit. */
export type CommitPer = "pass" | "group" | "image";

/** The files as they are when only some of the decisions are carried out. */
export type PatchSome = (decisions: ReadonlySet<Decision>) => readonly FilePatch[];

/**
 * The commits in the order of groups or images by name, what has no group last. All bear the plan's id: they are pushed
 * at once or not at all, so any of them on a branch says that the plan is there (contracts.md 4.2, row 10). Where a
 * part cannot be written without another one, such as two images of one value, all becomes one commit.
 */
export function planParts(plan: UpdatePlan, per: CommitPer, patchSome: PatchSome): readonly PlanPart[] {
  const whole: readonly PlanPart[] = [{ plan, files: writtenFiles(plan.files, new Map()) }];
  if (per === "pass") return whole;
  const keyOf = (decision: Decision): string | null =>
    per === "group" ? groupOf(decision) : formatRepository(decision.target.repository);
  const changes = plan.files.flatMap((file) => file.changes);
  const byKey = Map.groupBy(changes, (change) => keyOf(change.decision));
  if (byKey.size < 2) return whole;
  const taken = new Set<Decision>();
  const before = new Map<string, string>();
  const parts: PlanPart[] = [];
  for (const key of [...byKey.keys()].sort(nullLast)) {
    const own = new Set(byKey.get(key)?.map((change) => change.decision));
    for (const decision of own) taken.add(decision);
    const part = partOf(plan, own, patchSome(taken), before);
    if (part === null) return whole;
    for (const { file, text } of part.files) before.set(file, text);
    parts.push(part);
  }
  return endsLike(plan, before) ? parts : whole;
}

function partOf(
  plan: UpdatePlan,
  own: ReadonlySet<Decision>,
  patches: readonly FilePatch[],
  before: ReadonlyMap<string, string>,
): PlanPart | null {
  const written = writtenFiles(patches, before);
  const isOwn = (change: Change): boolean => own.has(change.decision);
  const files = patches
    .map((patch) => ({ ...patch, changes: patch.changes.filter(isOwn), problems: [] }))
    .filter((patch) => patch.changes.length > 0)
    .sort((a, b) => a.file < b.file ? -1 : 1);
  const told = files.reduce((count, file) => count + file.changes.length, 0);
  const wanted = plan.files.flatMap((file) => file.changes).filter(isOwn).length;
  if (written.length === 0 || told !== wanted) return null;
  return { plan: { ...plan, files, decisions: plan.decisions.filter((it) => own.has(it)) }, files: written };
}

function writtenFiles(patches: readonly FilePatch[], before: ReadonlyMap<string, string>): PlanPart["files"] {
  return patches.flatMap(({ file, text }) => text === null || text === before.get(file) ? [] : [{ file, text }]);
}

function endsLike(plan: UpdatePlan, texts: ReadonlyMap<string, string>): boolean {
  return plan.files.every(({ file, text }) => text === null || texts.get(file) === text);
}

function nullLast(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
