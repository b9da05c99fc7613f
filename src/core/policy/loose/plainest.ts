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
function prefixRank(prefix: string): 0 | 1 | 2 {
  if (prefix === "") return 0;
  return usualPrefixes.has(prefix) || prefix.toLowerCase() === "release." ? 1 : 2;
}

/** What is plain in turn, as the digits of one number: the first digit that differs decides, the lowest is plainest. */
function plainness({ kind, prefix, flavours, labels, hasId }: Shape): number {
  return (kind === "date" ? 32 : 0) + (prefix === "" ? 0 : 8 * prefixRank(prefix)) + (flavours.length > 0 ? 4 : 0) +
    (labels.length > 0 ? 2 : 0) + (hasId ? 1 : 0);
}

/** The first digit in which two values of `plainness` differ. */
function firstDifference(one: number, other: number): ShapeDifference {
  const digits = one ^ other;
  if (digits >= 32) return "shape.kind";
  if (digits >= 8) return "shape.prefix";
  return digits >= 4 ? "shape.flavour" : digits >= 2 ? "shape.build" : "shape.id";
}

/** Keeps the plainest shape; `filtered` and `extracts` are whether the policy has a filter and an extract. */
export function keepPlainest<Item extends Shaped>(
  items: readonly Item[],
  filtered: boolean,
  extracts: boolean,
): Plainest<Item> {
  const dropped = new Map<string, ShapeDifference>();
  const fitting = filtered ? items : items.filter((item) => {
    if (prefixRank(item.shape.prefix) < 2) return true;
    dropped.set(item.tag, "shape.prefix");
    return false;
  });
  const leastParts = fitting.some(({ shape }) => shape.parts > 1) ? 2 : 0;
  let plainest = Infinity;
  for (const { shape } of fitting) {
    if (shape.parts >= leastParts) plainest = Math.min(plainest, plainness(shape));
  }
  const kept = fitting.filter(({ tag, shape }) => {
    if (shape.parts < leastParts) dropped.set(tag, "shape.parts");
    else if (plainness(shape) === plainest) return true;
    else dropped.set(tag, firstDifference(plainness(shape), plainest));
    return false;
  });
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
  let shape: Shape | null = null;
  let group: Item[] = [];
  for (const item of items) {
    // Plain tags share their shape, so most often it is the one before.
    if (item.shape !== shape) {
      shape = item.shape;
      const key = formKey(shape);
      group = groups.get(key) ?? [];
      if (group.length === 0) groups.set(key, group);
    }
    group.push(item);
  }
  return [...groups.keys()].sort().map((key) => groups.get(key) ?? []);
}
