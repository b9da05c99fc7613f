// A cause that several checks have met is told by the first of them.
import assert from "node:assert/strict";
import { tellOnce } from "../../../../src/cli/checks/tell_once.ts";
import type { CheckResult } from "../../../../src/core/report/doctor_report.ts";

function result(id: string, state: CheckResult["state"], message: string, subject: string | null = null): CheckResult {
  return { id, subject, state, message, cure: `cure of ${message}`, steps: ["step"], seconds: 1 };
}

Deno.test("tellOnce() skips checks that failed in the words of an earlier one, and leaves all else", () => {
  const slow = "it took more than 5 s";
  const given = [
    result("config", "ok", "gone"),
    result("git", "fail", "gone"),
    result("clone", "fail", "gone"),
    result("push", "warn", "gone"),
    result("registry", "fail", "refused", "a"),
    result("registry", "fail", "refused", "b"),
    result("sops", "fail", slow),
    result("unit", "fail", slow),
  ];
  const told = tellOnce(given, [slow]);
  assert.deepEqual(told[2], {
    ...result("clone", "skip", "not looked at: git failed"),
    cure: null,
    steps: [],
  });
  assert.deepEqual(told.toSpliced(2, 1), given.toSpliced(2, 1));
});
