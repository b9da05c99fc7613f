// What is kept where no current tag sets the shape: the plainest form (loose versioning 5).
import { differenceOfForm, formKey, type Shape, type ShapeDifference } from "./shape.ts";

/** A tag with its shape. */
export interface Shaped {
  readonly tag: string;
  readonly shape: Shape;
}

/** The kept tags, why others fell, and, where several shapes are equally plain, one group for each. */
export interface Plainest<Item extends Shaped> {
  readonly kept: readonly Item[];
  readonly dropped: ReadonlyMap<string, ShapeDifference>;
  /** Empty unless nothing can be decided: then `kept` is empty too. */
  readonly ambiguous: readonly (readonly Item[])[];
}

const usualPrefixes: ReadonlySet<string> = new Set(["release-", "version-", "stable-", "rel-"]);

/** 0: none, 1: a usual one, 2: any other. */
function prefixRank(prefix: string): number {
  if (prefix === "") return 0;
  return usualPrefixes.has(prefix) || prefix.toLowerCase() === "release." ? 1 : 2;
}

const plainness: readonly (readonly [ShapeDifference, (shape: Shape) => number])[] = [
  ["shape.kind", (shape) => (shape.kind === "date" ? 1 : 0)],
  ["shape.prefix", (shape) => prefixRank(shape.prefix)],
  ["shape.flavour", (shape) => (shape.flavours.length > 0 ? 1 : 0)],
  ["shape.build", (shape) => (shape.labels.length > 0 ? 1 : 0)],
  ["shape.id", (shape) => (shape.hasId ? 1 : 0)],
];

/** Keeps the plainest shape; `filtered` and `extracts` are whether the policy has a filter and an extract. */
export function keepPlainest<Item extends Shaped>(
  items: readonly Item[],
  filtered: boolean,
  extracts: boolean,
): Plainest<Item> {
  const dropped = new Map<string, ShapeDifference>();
  const keep = (from: readonly Item[], reason: ShapeDifference, holds: (shape: Shape) => boolean): readonly Item[] =>
    from.filter((item) => {
      if (holds(item.shape)) return true;
      dropped.set(item.tag, reason);
      return false;
    });

  let kept = filtered ? items : keep(items, "shape.prefix", (shape) => prefixRank(shape.prefix) < 2);
  if (kept.some(({ shape }) => shape.parts > 1)) kept = keep(kept, "shape.parts", (shape) => shape.parts > 1);
  for (const [reason, rank] of plainness) {
    const best = kept.reduce((least, { shape }) => Math.min(least, rank(shape)), 2);
    kept = keep(kept, reason, (shape) => rank(shape) === best);
  }
  const groups = extracts ? [kept] : groupByForm(kept);
  if (groups.length < 2) return { kept, dropped, ambiguous: [] };
  groups.forEach((group, at) => {
    const [shape, other] = [group[0]?.shape, groups[at === 0 ? 1 : 0]?.[0]?.shape];
    const reason = (shape && other && differenceOfForm(shape, other)) ?? "shape.flavour";
    for (const item of group) dropped.set(item.tag, reason);
  });
  return { kept: [], dropped, ambiguous: groups };
}

function groupByForm<Item extends Shaped>(items: readonly Item[]): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = formKey(item.shape);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.keys()].sort().map((key) => groups.get(key) ?? []);
}
