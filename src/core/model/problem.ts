// What went wrong, for whom it matters, and how to cure it: the one shape that every verb, log and JSON answer shares.
import type { ProblemCode } from "./problem_codes.ts";
import type { Time } from "./time.ts";

/** Where a problem stands. Only what applies is set (contracts.md 1.2). */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly image?: string;
  readonly host?: string;
  readonly stack?: string;
  readonly policy?: string;
}

/** One thing the user should know of, with a stable code, and the cure where there is one. */
export interface Problem extends Place {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly cure?: string;
  /** When asking again makes sense. */
  readonly retryAt?: Time;
}

/** The expected kind of "it did not work": a value, never an exception. */
export interface Failure extends Omit<Problem, "severity"> {
  /** `never`: nothing changes until somebody acts. `later`: the same call may succeed another time. */
  readonly retry: "never" | "later";
}

/** Either the value, or why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Wraps a value that was obtained. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps an expected failure; `retry` is `never` unless said otherwise. */
export function failure(
  code: ProblemCode,
  message: string,
  more: Partial<Omit<Failure, "code" | "message">> = {},
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { retry: "never", ...more, code, message } };
}

/** The failure as a problem to report, with the place added that only the caller knows. */
export function problemOf(failed: Failure, place: Place = {}, severity: Problem["severity"] = "error"): Problem {
  const { retry: _retry, ...rest } = failed;
  return { ...place, ...rest, severity };
}
