// The heartbeat: shown while the loop goes round, and while a pass that it waits for still gets on.
import type { Clock } from "../core/ports/clock.ts";
import type { ServiceManager } from "../core/ports/service_manager.ts";
import type { DaemonState } from "./daemon_state.ts";

/**
 * A pass that has not got on for so long is stuck. What a pass may wait for longest is one pull of an image, which has an
 * hour; programs and requests that have ended count as getting on.
 */
const stuckAfter = 75 * 60_000;
/** Between two beats, where the watchdog asks for no more. */
const longestTick = 10_000;

/** Says that the loop is alive. */
export interface Heartbeat {
  /** Milliseconds from one beat to the next. */
  readonly tick: number;
  beat(): Promise<void>;
}

/** Beats go into the state and to who watches. */
export function createHeartbeat(clock: Clock, service: ServiceManager | null, state: DaemonState): Heartbeat {
  const watchdog = service?.watchdogSeconds ?? null;
  return {
    tick: watchdog === null ? longestTick : Math.min(longestTick, watchdog * 1000 / 3),
    async beat() {
      state.beatAt = clock.monotonic();
      if (watchdog !== null) await service?.notify("WATCHDOG=1");
    },
  };
}

/** Waits for the work and beats meanwhile, until it has not got on for longer than any of its waits may last. */
export async function watchOver<T>(
  clock: Clock,
  heartbeat: Heartbeat,
  work: (onProgress: () => void) => Promise<T>,
): Promise<T> {
  let movedAt = clock.monotonic();
  const ended = new AbortController();
  const done = work(() => movedAt = clock.monotonic()).finally(() => ended.abort());
  while (!ended.signal.aborted) {
    if (clock.monotonic() - movedAt < stuckAfter) await heartbeat.beat();
    await clock.sleep(heartbeat.tick, ended.signal);
  }
  return await done;
}
