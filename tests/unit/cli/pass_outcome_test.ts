import assert from "node:assert/strict";
import { outcomeOf } from "../../../src/cli/pass_outcome.ts";
import type { Problem } from "../../../src/core/model/problem.ts";
import type { ProblemCode } from "../../../src/core/model/problem_codes.ts";
import { nextPass } from "../../../src/core/plan/next_pass.ts";
import { testNow } from "../../fakes/manual_clock.ts";

function problem(code: ProblemCode, retryAt?: number): Problem {
  return { code, severity: "error", message: `${code}!`, ...retryAt === undefined ? {} : { retryAt } };
}

Deno.test("outcomeOf() takes the first time that somebody names, and tells the first error", () => {
  const outcome = outcomeOf([
    { ...problem("registry.rate_limited", testNow + 9), severity: "warning" },
    problem("registry.unavailable", testNow + 5),
  ], null);
  assert.deepEqual(outcome, { retryAt: testNow + 5, message: "registry.unavailable!", schedule: null });
});

Deno.test("outcomeOf() has a registry's trouble tried again within minutes, though it names no time", () => {
  const { retryAt } = outcomeOf([problem("config.invalid_value"), problem("registry.unavailable")], null);
  assert.notEqual(retryAt, null);
  const daily = { everySeconds: 86_400, timeZone: "UTC", jitterSeconds: 0 };
  const next = nextPass(daily, { lastRun: testNow, attempts: 1, retryAt }, testNow, 0.5);
  assert.equal(next, testNow + 60_000);
});

Deno.test("outcomeOf() hurries nobody for what a person has to mend", () => {
  assert.equal(outcomeOf([problem("registry.unauthorized"), problem("config.invalid_value")], null).retryAt, null);
  assert.equal(outcomeOf([], null).retryAt, null);
});
