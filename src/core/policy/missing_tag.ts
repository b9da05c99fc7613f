// When a tag that was not found is gone, and not just lost for a moment (registries.md 5.2).
import type { Time } from "../model/time.ts";
import type { MissingTag } from "../ports/store.ts";

const looksNeeded = 3;
const timeNeeded = 3 * 60 * 60_000;

/** Whether enough looks over enough time have not found the tag. Until then nothing is said of it. */
export function isGone({ since, looks }: MissingTag, now: Time): boolean {
  return looks >= looksNeeded && now - since >= timeNeeded;
}
