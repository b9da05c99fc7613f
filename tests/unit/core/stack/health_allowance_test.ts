import assert from "node:assert/strict";
import { healthAllowance } from "../../../../src/core/stack/health_allowance.ts";
import { contentOf, sampleStack } from "../../../fakes/stack_tree.ts";

const tree = {
  "stacks/web/compose.yaml": `services:
  a: { image: "a:1", healthcheck: { test: [CMD, ok], start_period: 90s } }
  b: { image: "b:1", healthcheck: { test: [CMD, ok], start_period: 2m } }
  c: { image: "c:1" }
`,
};

Deno.test("healthAllowance() is the longest start period and five minutes, unless it is written", () => {
  assert.equal(healthAllowance(contentOf(tree)), 120 + 300);
  const health = { timeoutSeconds: 60, settleSeconds: 30, http: null, tcp: null };
  assert.equal(healthAllowance(contentOf(tree, sampleStack({ health }))), 60);
  assert.equal(healthAllowance(contentOf({ "stacks/web/compose.yaml": "services: { c: { image: 'c:1' } }" })), 300);
});
