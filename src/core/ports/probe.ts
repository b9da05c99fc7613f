// A look at a service from outside: does it answer?
import type { Result } from "../model/problem.ts";

/** Fails with `probe.failed`, `retry: later`, and the reason: no answer, or the wrong one. */
export interface Probe {
  /** A GET without redirects; any status from 200 to 399 is an answer. */
  http(url: string, timeout: number, signal?: AbortSignal): Promise<Result<void>>;
  /** `host:port` takes a connection. */
  tcp(address: string, timeout: number, signal?: AbortSignal): Promise<Result<void>>;
}
