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
  /** Puts aside what a pass that failed was to ask about. */
  keep(repositories: ReadonlySet<string>): void;
  /** A pass came to its end: what was put aside may be asked about again. */
  revive(): void;
}

/** Contracts 5.2. */
const mostDeliveries = 10;
const pause = 30_000;

/** Nothing waits yet. */
export function createWantedScans(clock: Clock): WantedScans {
  // By the delivery that they wait for.
  const waiting = new Map<string, symbol | null>();
  const aside = new Set<string>();
  const taken = new Map<string, number>();
  const later = new Map<string, number>();
  const rouse = (repository: string): void => {
    if (!waiting.has(repository)) waiting.set(repository, null);
  };
  const wake = (): void => {
    for (const [repository, at] of later) {
      if (at > clock.monotonic()) continue;
      later.delete(repository);
      rouse(repository);
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
      if (new Set(waiting.values()).size >= mostDeliveries) return false;
      const delivery = Symbol();
      for (const repository of fresh) waiting.set(repository, delivery);
      return true;
    },
    wantLater(repositories, milliseconds) {
      for (const repository of repositories) later.set(repository, clock.monotonic() + milliseconds);
    },
    get wait() {
      wake();
      const waits = [...[...waiting.keys()].map(waitOf), ...[...later.values()].map((at) => at - clock.monotonic())];
      return waits.length === 0 ? null : Math.min(...waits);
    },
    take() {
      wake();
      const now = clock.monotonic();
      const ready = new Set([...waiting.keys()].filter((repository) => waitOf(repository) === 0));
      for (const [repository, at] of taken) if (at + pause <= now) taken.delete(repository);
      for (const repository of ready) {
        waiting.delete(repository);
        taken.set(repository, now);
      }
      return ready;
    },
    keep(repositories) {
      for (const repository of repositories) aside.add(repository);
    },
    revive() {
      for (const repository of aside) rouse(repository);
      aside.clear();
    },
  };
}
