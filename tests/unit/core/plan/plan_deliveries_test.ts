import assert from "node:assert/strict";
import type { Decision } from "../../../../src/core/model/decision.ts";
import type { FilePatch, PlannedDelivery, UpdatePlan } from "../../../../src/core/model/plan.ts";
import { type Result, success } from "../../../../src/core/model/problem.ts";
import type { DeliveryRules } from "../../../../src/core/plan/lane.ts";
import { planDeliveries, planPieces } from "../../../../src/core/plan/plan_deliveries.ts";
import type { PatchSome } from "../../../../src/core/plan/plan_parts.ts";
import { planUpdate } from "../../../../src/core/plan/update_plan.ts";
import { testNow } from "../../../fakes/manual_clock.ts";
import { sampleChange, sampleDecision, sampleTarget } from "../../../fakes/sample_decision.ts";

const base = { revision: "a".repeat(40), branch: "main" };
const rules: DeliveryRules = {
  delivery: "branch",
  branch: "image-updates/{{ isoYear }}-w{{ isoWeek }}",
  timeZone: "UTC",
  commitPer: "pass",
  message: null,
};

/** An image in a file of its group's, on a line of its own. */
function image(path: string, group: string | null, file = "compose.yaml"): Decision {
  const target = sampleTarget();
  return sampleDecision({
    target: sampleTarget({
      value: { file, line: 3, column: 8 },
      policy: { ...target.policy, group },
      current: { name: `ghcr.io/${path}`, tag: "1.0", digest: null },
      repository: { host: "ghcr.io", path },
    }),
  });
}

/** Files of which each line is one image: `old` or `new`. */
function patcher(decisions: readonly Decision[]): PatchSome {
  const files = [...new Set(decisions.map((it) => it.target.value.file))];
  return (some) =>
    files.map((file): FilePatch => {
      const here = decisions.filter((it) => it.target.value.file === file);
      const taken = here.filter((it) => some.has(it));
      const text = here.map((it) => some.has(it) ? "new" : "old").join("\n");
      const changes = taken.map((it) => sampleChange(it, { line: here.indexOf(it) + 1 }));
      return { file, changes, problems: [], diff: "", text: taken.length === 0 ? null : text };
    });
}

function deliveriesOf(
  decisions: readonly Decision[],
  more: Partial<DeliveryRules> = {},
): Result<readonly PlannedDelivery[]> {
  const patchSome = patcher(decisions);
  const plan = planUpdate(base, patchSome(new Set(decisions)), decisions);
  return planned(plan, patchSome, { ...rules, ...more });
}

/** The deliveries of one lane that has all of the plan. */
function planned(plan: UpdatePlan, patchSome: PatchSome, own: DeliveryRules): Result<readonly PlannedDelivery[]> {
  const author = { name: "magos", email: "magos@localhost" };
  const lane = { automation: null, author, rules: own, decisions: new Set(plan.decisions) };
  const { pieces, failed } = planPieces(plan, [lane], testNow);
  const [first] = failed;
  return first === undefined ? success(planDeliveries(plan, patchSome, pieces)) : { ok: false, failure: first.failure };
}

function must(result: Result<readonly PlannedDelivery[]>): readonly PlannedDelivery[] {
  assert.ok(result.ok, result.ok ? "" : result.failure.message);
  return result.value;
}

const namesOf = ({ plan }: { plan: PlannedDelivery["plan"] }): string[] =>
  plan.files.flatMap((file) => file.changes.map((change) => change.decision.target.current.name));

Deno.test("planDeliveries() has nothing to deliver without changes", () => {
  assert.deepEqual(must(deliveriesOf([])), []);
  assert.deepEqual(must(deliveriesOf([], { delivery: "push" })), []);
});

Deno.test("planDeliveries() pushes to the followed branch, or to the one that the template names", () => {
  const decisions = [image("you/web", null), image("you/db", "data")];
  const [push, ...others] = must(deliveriesOf(decisions, { delivery: "push" }));
  assert.deepEqual([push?.branch, push?.group, push?.parts.length, others], ["main", null, 1, []]);
  const [branch] = must(deliveriesOf(decisions));
  assert.equal(branch?.branch, "image-updates/2026-w04");
  assert.equal(branch?.plan.id, push?.plan.id, "one plan, however it is delivered");
});

Deno.test("planDeliveries() parts changes by group only when the name says the group", () => {
  const decisions = [image("you/web", null), image("you/db", "data"), image("you/cache", "data")];
  const branches = must(deliveriesOf(decisions, { branch: "updates/{{ group }}" }));
  assert.deepEqual(branches.map((it) => [it.branch, it.group, namesOf(it)]), [
    ["updates/data", "data", ["ghcr.io/you/db", "ghcr.io/you/cache"]],
    ["updates/ungrouped", null, ["ghcr.io/you/web"]],
  ]);
  const [data, rest] = branches;
  assert.equal(data?.parts[0]?.files[0]?.text, "old\nnew\nnew");
  assert.equal(rest?.parts[0]?.files[0]?.text, "new\nold\nold");
  assert.notEqual(data?.plan.id, rest?.plan.id);
});

Deno.test("planDeliveries() never delivers to the followed branch by another name", () => {
  const refused = deliveriesOf([image("you/web", null)], { branch: "{{ `main` }}" });
  assert.ok(!refused.ok);
  assert.equal(refused.failure.code, "config.invalid_value");
  assert.match(refused.failure.message, /"main"/);
});

Deno.test("commits per image or group stack up to the whole, what has no group last", () => {
  const decisions = [image("you/web", null), image("you/db", "data"), image("you/cache", "data", "cache.yaml")];
  const textsOf = (per: DeliveryRules["commitPer"]): unknown =>
    must(deliveriesOf(decisions, { commitPer: per }))[0]?.parts.map((part) => [
      namesOf(part),
      part.files.map(({ file, text }) => `${file}: ${text}`),
    ]);
  assert.deepEqual(textsOf("pass"), [
    [["ghcr.io/you/cache", "ghcr.io/you/web", "ghcr.io/you/db"], ["cache.yaml: new", "compose.yaml: new\nnew"]],
  ]);
  assert.deepEqual(textsOf("group"), [
    [["ghcr.io/you/cache", "ghcr.io/you/db"], ["compose.yaml: old\nnew", "cache.yaml: new"]],
    [["ghcr.io/you/web"], ["compose.yaml: new\nnew"]],
  ]);
  assert.deepEqual(textsOf("image"), [
    [["ghcr.io/you/cache"], ["cache.yaml: new"]],
    [["ghcr.io/you/db"], ["compose.yaml: old\nnew"]],
    [["ghcr.io/you/web"], ["compose.yaml: new\nnew"]],
  ]);
});

Deno.test("commits all bear the plan's id, and are one where they cannot be parted", () => {
  const decisions = [image("you/web", null), image("you/db", null)];
  const [delivery] = must(deliveriesOf(decisions, { commitPer: "image" }));
  assert.deepEqual(delivery?.parts.map((part) => part.plan.id), [delivery?.plan.id, delivery?.plan.id]);
  // Two images of one value: the file is the same with either of them.
  const whole = patcher(decisions)(new Set(decisions));
  const shared: PatchSome = (some) =>
    whole.map((patch) => ({ ...patch, changes: patch.changes.filter((it) => some.has(it.decision)) }));
  const plan = planUpdate(base, whole, decisions);
  const one = must(planned(plan, shared, { ...rules, commitPer: "image" }));
  assert.deepEqual(one[0]?.parts.map(namesOf), [["ghcr.io/you/web", "ghcr.io/you/db"]]);
});
