import assert from "node:assert/strict";
import { type CheckState, worstOf } from "../../../../src/core/report/doctor_report.ts";

Deno.test("worstOf() is the worst state; what was skipped is neither good nor bad", () => {
  const worst = (...states: readonly CheckState[]): string => worstOf(states.map((state) => ({ state })));
  assert.equal(worst(), "ok");
  assert.equal(worst("ok", "skip"), "ok");
  assert.equal(worst("skip", "warn", "ok"), "warn");
  assert.equal(worst("warn", "fail", "ok"), "fail");
});
