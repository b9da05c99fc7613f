// Whether a stack's roll-back has been told to git: remembered so that no pass asks twice. Losing it costs one look.
import type { StackHash } from "../core/model/stack.ts";
import type { Store } from "../core/ports/store.ts";

type Marks = Pick<Store, "meta" | "setMeta">;

/** Notes that nothing is to be reverted for this hash any more. */
export function noRevert(store: Marks, stack: string, hash: StackHash): void {
  store.setMeta(`revert.${stack}`, hash);
}

/** Whether that was noted. */
export function isReverted(store: Marks, stack: string, hash: StackHash): boolean {
  return store.meta(`revert.${stack}`) === hash;
}

/** A new roll-back begins: what was noted of an earlier one of the same hash counts no more. */
export function mayRevert(store: Marks, stack: string): void {
  if (store.meta(`revert.${stack}`) !== null) store.setMeta(`revert.${stack}`, "");
}
