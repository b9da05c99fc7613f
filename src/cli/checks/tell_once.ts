// One cause, told once: what other checks found of it points to the first of them.
import type { CheckResult } from "../../core/report/doctor_report.ts";

/**
 * Takes a failure that an earlier check has told in the same words for a check that could not be made. `own`: words that
 * may come from several causes, and so are left.
 */
export function tellOnce(results: readonly CheckResult[], own: readonly string[]): readonly CheckResult[] {
  const tellers = new Map<string, string>();
  return results.map((result): CheckResult => {
    const { id, state, message } = result;
    if (state !== "fail" || own.includes(message)) return result;
    const teller = tellers.get(message) ?? id;
    tellers.set(message, teller);
    if (teller === id) return result;
    return { ...result, state: "skip", message: `not looked at: ${teller} failed`, cure: null, steps: [] };
  });
}
