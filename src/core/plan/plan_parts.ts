// One plan to the commits that carry it out: one for each lane, group or image (`update.commit.per`).
import type { Decision } from "../model/decision.ts";
import type { Change, FilePatch, PlanPart, UpdatePlan } from "../model/plan.ts";
import { formatRepository } from "../model/reference.ts";
import { groupOf } from "./group_gate.ts";

/** What goes into one commit. */
export type CommitPer = "pass" | "group" | "image";

/** The files as they are when only some of the decisions are carried out. */
export type PatchSome = (decisions: ReadonlySet<Decision>) => readonly FilePatch[];

/** What of a plan one lane carries out. */
export interface Share {
  readonly by: string | null;
  readonly per: CommitPer;
  readonly decisions: ReadonlySet<Decision>;
}

interface Bucket {
  readonly by: string | null;
  readonly decisions: ReadonlySet<Decision>;
}

/**
 * The commits, lane by lane, in each the order of groups or images by name, what has no group last. All bear the plan's
 * id: they are pushed at once or not at all, so any of them on a branch says that the plan is there (contracts.md 4.2,
 * row 10). Where a part cannot be written without another one, such as two images of one value, a lane's changes
 * become one commit, and if that is not enough, all do.
 */
export function planParts(plan: UpdatePlan, shares: readonly Share[], patchSome: PatchSome): readonly PlanPart[] {
  const fine = bucketsOf(plan, shares);
  const coarse = bucketsOf(plan, shares.map((share) => ({ ...share, per: "pass" })));
  return stack(plan, fine, patchSome) ?? stack(plan, coarse, patchSome) ??
    [wholePart(plan, shares[0]?.by ?? null)];
}

/** What two lanes share is the first one's. */
function bucketsOf(plan: UpdatePlan, shares: readonly Share[]): readonly Bucket[] {
  const open = new Set(plan.files.flatMap((file) => file.changes.map((change) => change.decision)));
  return shares.flatMap(({ by, per, decisions }) => {
    const own = [...open].filter((decision) => decisions.has(decision));
    for (const decision of own) open.delete(decision);
    const byKey = Map.groupBy(own, (decision) => keyOf(decision, per));
    return [...byKey].sort(([a], [b]) => nullLast(a, b)).map(([, some]) => ({ by, decisions: new Set(some) }));
  });
}

function keyOf(decision: Decision, per: CommitPer): string | null {
  if (per === "pass") return null;
  return per === "group" ? groupOf(decision) : formatRepository(decision.target.repository);
}

/** Null where one of the buckets cannot be written on top of those before it. */
function stack(plan: UpdatePlan, buckets: readonly Bucket[], patchSome: PatchSome): readonly PlanPart[] | null {
  const [only, ...others] = buckets;
  if (only !== undefined && others.length === 0) return [wholePart(plan, only.by)];
  const taken = new Set<Decision>();
  const before = new Map<string, string>();
  const parts: PlanPart[] = [];
  for (const bucket of buckets) {
    for (const decision of bucket.decisions) taken.add(decision);
    const part = partOf(plan, bucket, patchSome(taken), before);
    if (part === null) return null;
    for (const { file, text } of part.files) before.set(file, text);
    parts.push(part);
  }
  return parts.length > 0 && endsLike(plan, before) ? parts : null;
}

function wholePart(plan: UpdatePlan, by: string | null): PlanPart {
  return { by, plan, files: writtenFiles(plan.files, new Map()) };
}

function partOf(
  plan: UpdatePlan,
  { by, decisions: own }: Bucket,
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
  return { by, plan: { ...plan, files, decisions: plan.decisions.filter((it) => own.has(it)) }, files: written };
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
