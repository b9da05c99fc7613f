// Values that a person set back below what magos had written: each is a hold until something newer comes (rulings 18).
import type { Target } from "../model/decision.ts";
import { shortDigest } from "../model/digest.ts";
import type { Hold } from "../model/hold.ts";
import { canonicalName } from "../model/reference.ts";
import { isAbove } from "../policy/is_above.ts";
import { followedTag, needsTagList } from "../policy/rank.ts";
import { selectTags } from "../policy/select_tags.ts";
import type { MovedValue } from "./moved_values.ts";

/** The holds of each value that somebody has gone back with. `moved` is newest first. */
export function findBackOuts(
  targets: readonly Target[],
  moved: readonly MovedValue[],
): ReadonlyMap<Target, readonly Hold[]> {
  const movesOf = Map.groupBy(moved, ({ file, image, policy }) => keyOf(file, image, policy));
  const kin = Map.groupBy(targets, keyOfTarget);
  const found = new Map<Target, readonly Hold[]>();
  for (const target of targets) {
    const key = keyOfTarget(target);
    const moves = movesOf.get(key) ?? [];
    if (moves.length === 0) continue;
    const hold = backOutOf(target, moves, kin.get(key) ?? []);
    if (hold !== null) found.set(target, [hold]);
  }
  return found;
}

function keyOfTarget({ value, current, policy }: Target): string {
  return keyOf(value.file, current.name, policy.name);
}

function keyOf(file: string, image: string, policy: string): string {
  return JSON.stringify([file, canonicalName(image) ?? image, policy]);
}

/** `kin`: all values of this file that follow this image by this policy, the target among them. */
function backOutOf(target: Target, moves: readonly MovedValue[], kin: readonly Target[]): Hold | null {
  const { current } = target;
  if (current.tag === null && current.digest === null) return null;
  // The last move of a value says what magos wrote there. Which of several values it was of cannot be told, so all count.
  const told = kin.length === 1 ? moves.slice(0, 1) : moves;
  const left = told.filter((move) => isLeft(target, move) && isMissed(move, moves, kin));
  const highest = left.reduce<MovedValue | null>(
    (best, move) => best === null || isHigher(target, move, best) ? move : best,
    null,
  );
  return highest === null ? null : holdFor(target, highest);
}

/** Whether the value stands behind what the move wrote, by the policy as it is now. */
function isLeft(target: Target, move: MovedValue): boolean {
  const { policy, current } = target;
  const chooses = needsTagList(target);
  const tag = chooses ? current.tag : followedTag(target);
  if (tag === move.tag || tag === null) {
    return move.digest !== null && current.digest !== null && move.digest !== current.digest;
  }
  if (!chooses || policy.allowDowngrade || move.tag === null) return false;
  const selection = selectTags(policy, [move.tag], tag);
  return selection.ok && selection.value.candidates.includes(move.tag) && isAbove(policy, move.tag, tag) === true;
}

/** Whether fewer values stand at what the move wrote, or above, than magos has brought there. */
function isMissed(move: MovedValue, moves: readonly MovedValue[], kin: readonly Target[]): boolean {
  if (kin.length === 1) return true;
  // A digest that magos itself has replaced since is nobody's way back.
  if (moves.find(({ tag }) => tag === move.tag)?.digest !== move.digest) return false;
  const brought = moves.filter(({ tag, digest }) => tag === move.tag && digest === move.digest).length;
  return brought > kin.filter((target) => isAt(target, move)).length;
}

function isAt(target: Target, move: MovedValue): boolean {
  const { policy, current: { tag, digest } } = target;
  const isSame = digest === null || digest === move.digest;
  if (tag === null || tag === move.tag || !needsTagList(target)) return isSame;
  return move.tag !== null && isAbove(policy, tag, move.tag) === true;
}

function isHigher({ policy }: Target, move: MovedValue, than: MovedValue): boolean {
  return move.tag !== null && than.tag !== null && isAbove(policy, move.tag, than.tag) === true;
}

function holdFor(target: Target, move: MovedValue): Hold {
  const { current } = target;
  const sameTag = current.tag === move.tag || !needsTagList(target);
  const [from, to] = sameTag
    ? [move.digest, current.digest].map((digest) => digest === null ? "" : shortDigest(digest))
    : [move.tag, current.tag ?? (current.digest === null ? "" : shortDigest(current.digest))];
  return {
    image: current.name,
    tag: sameTag ? move.tag : null,
    digest: sameTag ? move.digest : null,
    above: sameTag ? null : move.tag,
    kind: "human",
    reason: `somebody went back from ${from}, set by magos in ${move.commit.slice(0, 12)}, to ${to}`,
    by: "",
    since: move.time,
    until: null,
  };
}
