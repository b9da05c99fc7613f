// Shell scripts of a stack, run on the host.
import type { Result } from "../model/problem.ts";

/** One script and where it runs. */
export interface HookCall {
  readonly script: string;
  /** Absolute. */
  readonly folder: string;
  /** Besides PATH and HOME; holds no secret. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Fails with `hook.failed` and its last line, secrets masked. */
export interface HookRunner {
  run(call: HookCall, signal?: AbortSignal): Promise<Result<void>>;
}
