// Recorded cases and their answers as JSON (contracts 1.3).
import type { PolicyCase } from "../model/policy_case.ts";
import type { CaseAnswer } from "../policy/run_case.ts";

/** One case with what came of it. */
export interface CaseResult {
  readonly subject: PolicyCase;
  readonly answer: CaseAnswer;
}

/** Whether the answer is the expected one. No match and an invalid policy both select nothing. */
export function isPassed({ subject, answer }: CaseResult): boolean {
  return answer.selected === subject.expect;
}

/** `magos.policy-test/v1`. */
export function policyTestReport(results: readonly CaseResult[]): Record<string, unknown> {
  const passed = results.filter(isPassed).length;
  return {
    schema: "magos.policy-test/v1",
    passed,
    failed: results.length - passed,
    cases: results.map(({ subject, answer: { selected, error, tags } }) => ({
      id: subject.id,
      expect: subject.expect,
      selected,
      error: error === null ? null : { code: error.code, message: error.message },
      tags: tags.map(({ tag, key, reason, verdict }) => ({ tag, key, reason, verdict })),
    })),
  };
}
