// Repositories that somebody says were pushed to: they wait for one pass, and each is asked about twice a minute at most.
import type { Clock } from "../core/ports/clock.ts";

/** What webhooks want. Bounded by the repositories that are followed and by the deliveries that may wait. */
export interface WantedScans {
  /** Adds the repositories of one delivery; false when too many deliveries wait already. */
  want(repositories: readonly string[]): boolean;
  /** Asks about them once more after so many milliseconds, whatever comes of it now. */
  wantLater(repositories: readonly string[], milliseconds: number): void;
  /** Milliseconds until the first may be asked about; null when none waits. */
  readonly wait: number | null;
  /** Those whose time has come; they wait no longer. */
  take(): ReadonlySet<string>;
}

/** Contracts 5.2. */
const mostDeliveries = 10;
const pause = 30_000;

/** Nothing waits yet. */
export function createWantedScans(clock: Clock): WantedScans {
  const waiting = new Set<string>();
  const taken = new Map<string, number>();
  const later = new Map<string, number>();
  let deliveries = 0;
  const wake = (): void => {
    for (const [repository, at] of later) {
      if (at > clock.monotonic()) continue;
      later.delete(repository);
      waiting.add(repository);
    }
  };
  const waitOf = (repository: string): number => {
    const before = taken.get(repository);
    return before === undefined ? 0 : Math.max(0, before + pause - clock.monotonic());
  };
  return {
    want(repositories) {
      const fresh = repositories.filter((repository) => !waiting.has(repository));
      // What waits already is answered by the same pass.
      if (fresh.length === 0) return true;
      if (deliveries >= mostDeliveries) return false;
      deliveries++;
      for (const repository of fresh) waiting.add(repository);
      return true;
    },
    wantLater(repositories, milliseconds) {
      for (const repository of repositories) later.set(repository, clock.monotonic() + milliseconds);
    },
    get wait() {
      wake();
      const waits = [...[...waiting].map(waitOf), ...[...later.values()].map((at) => at - clock.monotonic())];
      return waits.length === 0 ? null : Math.min(...waits);
    },
    take() {
      wake();
      const now = clock.monotonic();
      const ready = new Set([...waiting].filter((repository) => waitOf(repository) === 0));
      for (const [repository, at] of taken) if (at + pause <= now) taken.delete(repository);
      for (const repository of ready) {
        waiting.delete(repository);
        taken.set(repository, now);
      }
      if (waiting.size === 0) deliveries = 0;
      return ready;
    },
  };
}
