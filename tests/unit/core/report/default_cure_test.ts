import assert from "node:assert/strict";
import type { ProblemCode } from "../../../../src/core/model/problem_codes.ts";
import { problemCodes } from "../../../../src/core/model/problem_codes.ts";
import { withCure } from "../../../../src/core/report/default_cure.ts";

Deno.test("withCure() keeps a cure, and has one for whatever can be wrong with configuration, policies and markers", () => {
  const problem = { code: "marker.invalid", severity: "error", message: "m" } as const;
  assert.equal(withCure({ ...problem, cure: "c" }).cure, "c");
  const codes = Object.keys(problemCodes).filter((code) => /^(config|policy|marker)\./.test(code));
  assert.ok(codes.length > 20);
  for (const code of codes) assert.ok(withCure({ ...problem, code: code as ProblemCode }).cure, code);
});
