// Programs of the host, run to their end.
import type { Result } from "../model/problem.ts";

/** One run of a program. Its environment is exactly `env`: nothing is inherited. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Milliseconds until the child is ended; default 120,000. */
  readonly timeout?: number;
  /** Bytes kept of stdout; default 16 MiB. A child that writes more is ended. */
  readonly maxOutput?: number;
  readonly signal?: AbortSignal;
}

/** How a program ended. Live secrets are masked in `stderr`; stdout is data and stays as it is. */
export interface Output {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  /** Why it was ended early, else null. */
  readonly ended: "timeout" | "aborted" | "too-much-output" | null;
}

/** Fails only when the program could not be started (`process.missing`). */
export interface Process {
  run(command: Command): Promise<Result<Output>>;
}
