// Whether a stack's roll-back has been told to git: remembered so that no pass asks twice. Losing it costs one look.
import type { Failure } from "../core/model/problem.ts";
import type { StackHash } from "../core/model/stack.ts";
import type { Time } from "../core/model/time.ts";
import type { Store } from "../core/ports/store.ts";

type Marks = Pick<Store, "meta" | "setMeta">;

/** A right that is missing now may be given: so often is it asked for again. */
const pause = 3_600_000;

/** A revert that the remote refused, and when it is tried again. */
export interface RefusedRevert {
  readonly hash: StackHash;
  readonly until: Time;
  readonly failure: Failure;
}

/** Notes that nothing is to be reverted for this hash any more. */
export function noRevert(store: Marks, stack: string, hash: StackHash): void {
  store.setMeta(`revert.${stack}`, hash);
}

/** Notes that the remote refused the revert for a reason that no waiting mends, but a person may. */
export function refuseRevert(store: Marks, stack: string, hash: StackHash, failure: Failure, now: Time): void {
  const refused: RefusedRevert = { hash, until: now + pause, failure };
  store.setMeta(`revert.${stack}`, JSON.stringify(refused));
}

/** Whether nothing is to be reverted any more. */
export function isReverted(store: Marks, stack: string, hash: StackHash): boolean {
  return store.meta(`revert.${stack}`) === hash;
}

/** The revert of this hash that was refused; null: none was, or it was of another hash. */
export function refusedRevert(store: Marks, stack: string, hash: StackHash): RefusedRevert | null {
  const mark = store.meta(`revert.${stack}`) ?? "";
  const refused = mark.startsWith("{") ? JSON.parse(mark) as RefusedRevert : null;
  return refused?.hash === hash ? refused : null;
}

/** A new roll-back begins: what was noted of an earlier one of the same hash counts no more. */
export function mayRevert(store: Marks, stack: string): void {
  if (store.meta(`revert.${stack}`) !== null) store.setMeta(`revert.${stack}`, "");
}
