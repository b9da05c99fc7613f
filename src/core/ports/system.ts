// Everything impure that magos needs of the machine, in one record: main.ts builds it, tests swap its parts.
import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import type { Http } from "./http.ts";
import type { Log, LogLevel } from "./log.ts";
import type { Process } from "./process.ts";
import type { Random } from "./random.ts";
import type { Serve } from "./serve.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Secret } from "../model/secret.ts";

/** What a user sees of a verb: data and everything else, apart. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** The machine. */
export interface System {
  readonly http: Http;
  readonly process: Process;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly serve: Serve;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** The environment, read once at the start; only the names of the permission set are in it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hostname: string;
  /** Null where the system knows no user ids. */
  readonly uid: number | null;
  /** Fires on SIGINT and SIGTERM. */
  readonly stop: AbortSignal;
  /** Null where nobody watches over this process. */
  readonly service: ServiceManager | null;
  /** Calls the listener at each SIGHUP from now on, which no longer ends the process; returns how to stop that. */
  onHangup(listener: () => void): () => void;
  /** Memory that this process holds, in bytes. */
  residentBytes(): number;
  /** Sets how the log is written from now on. */
  configureLog(options: { readonly level: LogLevel | "off"; readonly format: "text" | "json" | "auto" }): void;
  /** From now on this text is masked wherever a child's output is kept or shown. */
  keepSecret(secret: Secret): void;
  /** The text without the secrets kept so far: for a child's data that is shown, which nothing else masks. */
  mask(text: string): string;
}
