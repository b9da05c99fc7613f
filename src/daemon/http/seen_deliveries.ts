// Deliveries of the last hour: one that comes again asks for nothing.
import type { Clock } from "../../core/ports/clock.ts";
import { sha256Of } from "../../core/model/digest.ts";

/** Remembers deliveries by their bytes: names that a sender gives them are not signed. */
export interface SeenDeliveries {
  /** Whether it came within the last hour; it is remembered from now on. */
  seenBefore(kind: string, bytes: Uint8Array): boolean;
  /** As if it had never come: it was turned away and may come again. */
  forget(kind: string, bytes: Uint8Array): void;
}

const hour = 3_600_000;
/** Only genuine deliveries are remembered; of more than these in an hour the oldest may come again. */
const most = 10_000;

/** Nothing seen yet. */
export function createSeenDeliveries(clock: Clock): SeenDeliveries {
  // In the order of coming, so that the oldest are the first.
  const seen = new Map<string, number>();
  const keyOf = (kind: string, bytes: Uint8Array): string => `${kind} ${sha256Of(bytes)}`;
  return {
    seenBefore(kind, bytes) {
      const now = clock.monotonic();
      for (const [key, at] of seen) {
        if (at + hour > now && seen.size < most) break;
        seen.delete(key);
      }
      const key = keyOf(kind, bytes);
      if (seen.has(key)) return true;
      seen.set(key, now);
      return false;
    },
    forget(kind, bytes) {
      seen.delete(keyOf(kind, bytes));
    },
  };
}
