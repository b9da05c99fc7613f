// Who started magos and watches over it: systemd, by the protocol of sd_notify(3).

/** Told how the daemon is. A notice that does not arrive is no failure of the daemon. */
export interface ServiceManager {
  /** Lines like `READY=1` and `STATUS=...`. */
  notify(state: string): Promise<void>;
  /** It restarts a daemon that has not said `WATCHDOG=1` for so long; null: it does not. */
  readonly watchdogSeconds: number | null;
}
