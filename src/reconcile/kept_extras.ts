// What goes with a push besides its branch, kept until it has gone: a kill in between must not lose it.
import { noPushExtras, type PushExtras } from "../core/plan/push_extras.ts";
import type { Store } from "../core/ports/store.ts";

type Notes = Pick<Store, "meta" | "setMeta">;
type Kept = Readonly<Record<string, PushExtras>>;

const keptAs = "push.extras";

/** Keeps it for the commit that is about to be pushed. Nothing is written where there is nothing to keep. */
export function keepExtras(store: Notes, commit: string, extras: PushExtras): void {
  if (extras.options.length === 0 && extras.refs.length === 0) return;
  store.setMeta(keptAs, JSON.stringify({ ...keptExtras(store), [commit]: extras }));
}

/** What is still kept, by commit. */
export function keptExtras(store: Pick<Store, "meta">): Kept {
  try {
    return JSON.parse(store.meta(keptAs) ?? "{}") as Kept;
  } catch {
    return {};
  }
}

/** What goes with this commit. */
export function extrasOf(store: Pick<Store, "meta">, commit: string): PushExtras {
  return keptExtras(store)[commit] ?? noPushExtras;
}

/** Forgets what has gone. */
export function dropExtras(store: Notes, commit: string): void {
  const { [commit]: gone, ...rest } = keptExtras(store);
  if (gone !== undefined) store.setMeta(keptAs, JSON.stringify(rest));
}
