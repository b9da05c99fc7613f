// What a preflight found, as JSON (contracts.md 1.3).
import { formatTime, type Time } from "../model/time.ts";

/** How one check came out. `skip`: there was nothing to look at. */
export type CheckState = "ok" | "warn" | "fail" | "skip";

/** One line of the answer. */
export interface CheckResult {
  readonly id: string;
  /** What was looked at, where there may be several. */
  readonly subject: string | null;
  readonly state: CheckState;
  readonly message: string;
  readonly cure: string | null;
  /** What happened on the way, in order. */
  readonly steps: readonly string[];
  readonly seconds: number;
}

/** `magos.doctor/v1`. */
export function doctorReport(at: Time, checks: readonly CheckResult[]): Record<string, unknown> {
  return {
    schema: "magos.doctor/v1",
    at: formatTime(at),
    result: worstOf(checks),
    checks: checks.map(({ id, subject, state, message, cure, seconds, steps }) => ({
      id,
      subject,
      state,
      message,
      cure,
      seconds,
      steps,
    })),
  };
}

/** The worst state there is; what was skipped is neither good nor bad. */
export function worstOf(checks: readonly Pick<CheckResult, "state">[]): "ok" | "warn" | "fail" {
  if (checks.some(({ state }) => state === "fail")) return "fail";
  return checks.some(({ state }) => state === "warn") ? "warn" : "ok";
}
