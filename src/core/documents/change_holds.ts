// The two commands that change the list of holds: the text before to the text after, or to nothing at all.
import { canonicalName } from "../model/reference.ts";
import type { Hold } from "../model/hold.ts";
import { type Result, success } from "../model/problem.ts";
import { addHold, normalHold, removeHolds } from "./edit_holds.ts";
import { readHolds } from "./holds.ts";

/** What changes. */
export interface HoldsEdit {
  readonly text: string;
  readonly added: readonly Hold[];
  readonly removed: readonly Hold[];
}

/** Whether two times are so near that the same command gave both: `--until 3d`, typed twice. */
const sameMoment = 60_000;

/**
 * Puts a hold into the list, in the place of one of the same thing; null when it says so already. With `addsOnly` the
 * other stays beside it, and the one that ends last counts.
 */
export function editToHold(text: string | null, wanted: Hold, addsOnly = false): Result<HoldsEdit | null> {
  const hold = normalHold(wanted);
  if (text !== null && readHolds(text).holds?.some((it) => saysSame(it, hold))) return success(null);
  const cleared = text === null || addsOnly
    ? success({ text, removed: [] })
    : removeHolds(text, (it) => holdsSame(it, hold));
  if (!cleared.ok) return cleared;
  const added = addHold(cleared.value.text, hold);
  return added.ok ? success({ text: added.value, added: [hold], removed: cleared.value.removed }) : added;
}

/** How much longer a new quarantine has to last to be put beside one that stands. */
const muchLonger = 86_400_000;

/**
 * Puts quarantines into the list, each in the place of one of the same image. With `addsOnly` one that stands is enough,
 * unless it ends so early that the bad image would soon be tried again. Null: a repository without the file, and none.
 */
export function editToQuarantine(
  text: string | null,
  wanted: readonly Hold[],
  addsOnly: boolean,
): Result<{ readonly text: string | null; readonly added: readonly Hold[] }> {
  let edited = text;
  const added: Hold[] = [];
  for (const hold of wanted) {
    const standing = edited === null ? [] : readHolds(edited).holds?.filter((it) => holdsSame(it, hold)) ?? [];
    const isEnough = standing.some(({ until }) =>
      until === null || (hold.until !== null && until > hold.until - muchLonger)
    );
    if (addsOnly && isEnough) continue;
    const edit = editToHold(edited, hold, addsOnly);
    if (!edit.ok) return edit;
    if (edit.value === null) continue;
    edited = edit.value.text;
    added.push(hold);
  }
  return success({ text: edited, added });
}

/** Takes holds out of the list; null when there are none such. */
export function editToUnhold(text: string | null, isOut: (hold: Hold) => boolean): Result<HoldsEdit | null> {
  if (text === null) return success(null);
  const edited = removeHolds(text, isOut);
  if (!edited.ok) return edited;
  const { removed } = edited.value;
  return success(removed.length === 0 ? null : { text: edited.value.text, added: [], removed });
}

/** Whether `unhold` means a hold by these words: the image, and its tag or digest where one is named. */
export function isNamed(hold: Hold, named: Pick<Hold, "image" | "tag" | "digest">): boolean {
  return isSameImage(hold, named) && (named.tag === null || named.tag === hold.tag) &&
    (named.digest === null || named.digest === hold.digest);
}

function isSameImage(one: Pick<Hold, "image">, other: Pick<Hold, "image">): boolean {
  return canonicalName(one.image) === canonicalName(other.image);
}

function holdsSame(one: Hold, other: Hold): boolean {
  return isSameImage(one, other) && one.tag === other.tag && one.digest === other.digest &&
    one.above === other.above && one.kind === other.kind;
}

/** Whether a hold says already what another one would; who said it first stays. */
function saysSame(one: Hold, other: Hold): boolean {
  const isNear = one.until === null || other.until === null
    ? one.until === other.until
    : Math.abs(one.until - other.until) < sameMoment;
  return holdsSame(one, other) && one.reason === other.reason && isNear;
}
