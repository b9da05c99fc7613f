// The cursor of lists that a side API keeps up to date: up to when everything is known, as text for the store.
import type { Time } from "../../../core/model/time.ts";

/** How far a list reaches. */
export interface SideMark {
  /** Every tag that changed before this time, by the server's clock, is in the list. */
  readonly mark: Time;
  /** When the registry's own list was found to be more than magos reads; null where it was not. */
  readonly largeSince: Time | null;
}

/** `1768910400000`, or `1768910400000 large=1768910400000`. */
export function formatSideMark({ mark, largeSince }: SideMark): string {
  return largeSince === null ? String(mark) : `${mark} large=${largeSince}`;
}

/** The mark of an earlier call; null for any other text. */
export function parseSideMark(text: string | null): SideMark | null {
  const [, mark, large] = /^([0-9]{1,15})(?: large=([0-9]{1,15}))?$/.exec(text ?? "") ?? [];
  if (mark === undefined) return null;
  return { mark: Number(mark), largeSince: large === undefined ? null : Number(large) };
}
