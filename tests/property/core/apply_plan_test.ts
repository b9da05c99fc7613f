// Apply plans hold for any mixture of stacks: the same input gives the same plan, and after success nothing is left to do.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { StackContent, StackRow } from "../../../src/core/model/stack.ts";
import { isIdle, planApply } from "../../../src/core/plan/apply_plan.ts";
import type { ApplyInput, ApplyPlan } from "../../../src/core/plan/stack_plan.ts";
import type { Container } from "../../../src/core/ports/engine.ts";
import { contentOf, runningAfter, sampleStack } from "../../fakes/stack_tree.ts";
import { sampleStackRow } from "../../fakes/sample_stack_row.ts";

const names = ["a", "b", "c", "d"] as const;

interface Spec {
  readonly name: string;
  readonly services: readonly { readonly name: string; readonly digest: string }[];
  readonly after: readonly string[];
}

const spec = (name: string): fc.Arbitrary<Spec> =>
  fc.record({
    name: fc.constant(name),
    services: fc.uniqueArray(
      fc.record({ name: fc.constantFrom("web", "db", "job"), digest: fc.constantFrom("0", "1", "2") }),
      { minLength: 1, maxLength: 3, selector: (it) => it.name },
    ),
    after: fc.subarray(names.filter((it) => it < name)),
  });

const stacks = fc.tuple(fc.subarray([...names]), ...names.map(spec)).map(([chosen, ...all]) =>
  all.filter((it) => chosen.some((name) => name === it.name))
);

function contentFor({ name, services, after }: Spec): StackContent {
  const compose = `stacks/${name}/compose.yaml`;
  const lines = services.map((it) =>
    `  ${it.name}: { image: 'ghcr.io/you/${it.name}@sha256:${it.digest.repeat(64)}' }`
  );
  return contentOf({ [compose]: `services:\n${lines.join("\n")}\n` }, sampleStack({ name, compose, after }));
}

function rowFor({ stack, project, hash }: StackContent): StackRow {
  return sampleStackRow(stack.name, { project }, { revision: "r", hash });
}

/** What the world looks like when the plan has been carried out. */
function carryOut(plan: ApplyPlan, input: ApplyInput): Pick<ApplyInput, "containers" | "rows"> {
  let containers = [...input.containers];
  const rows = new Map(input.rows.map((row) => [row.name, row]));
  for (const { stack, action, content, recreate, remove } of plan.stacks) {
    containers = containers.filter((it) => !remove.includes(it.id));
    if (action === "remove") rows.delete(stack);
    if (content === null || action === "none" || action === "remove") continue;
    rows.set(stack, rowFor(content));
    if (action === "adopt") continue;
    const isOld = (it: Container): boolean => it.project === content.project && recreate.includes(it.service);
    containers = containers.filter((it) => !isOld(it)).map((it) =>
      it.project === content.project ? { ...it, state: "running" as const } : it
    );
    const there = new Set(containers.filter((it) => it.project === content.project).map((it) => it.service));
    containers.push(...runningAfter(content).filter((it) => !there.has(it.service)));
  }
  return { containers, rows: [...rows.values()] };
}

const worlds = fc.record({
  wanted: stacks,
  running: stacks,
  rows: fc.boolean(),
  labels: fc.boolean(),
  state: fc.constantFrom<Container["state"]>("running", "exited", "dead"),
}).map(({ wanted, running, rows, labels, state }): ApplyInput => {
  const before = running.map(contentFor);
  return {
    host: "pi4",
    revision: "r",
    now: 0,
    contents: wanted.map(contentFor),
    broken: [],
    containers: before.flatMap((it) => runningAfter(it)).map((it) => ({
      ...it,
      state,
      ...(labels ? {} : { labels: null }),
    })),
    rows: rows ? before.map(rowFor) : [],
    holds: { fault: null, listed: [] },
    self: null,
    prune: true,
    only: null,
    backup: null,
  };
});

Deno.test("planApply() gives the same plan for the same input, in whatever order it comes", () => {
  fc.assert(
    fc.property(worlds, (input) => {
      const reversed = {
        ...input,
        contents: input.contents.toReversed(),
        containers: input.containers.toReversed(),
        rows: input.rows.toReversed(),
      };
      assert.deepEqual(planApply(reversed), planApply(input));
    }),
    { numRuns: 150 },
  );
});

Deno.test("planApply() leaves nothing to do after its plan was carried out", () => {
  fc.assert(
    fc.property(worlds, (input) => {
      const plan = planApply(input);
      const after = { ...input, ...carryOut(plan, input) };
      const second = planApply(after);
      assert.ok(isIdle(second), JSON.stringify(second.stacks.filter((it) => it.steps.length > 0)));
    }),
    { numRuns: 150 },
  );
});

Deno.test("planApply() takes every stack once, behind those that it comes after", () => {
  fc.assert(
    fc.property(worlds, (input) => {
      const order = planApply(input).stacks.filter((it) => it.content !== null).map((it) => it.stack);
      assert.deepEqual(order.toSorted(), input.contents.map((it) => it.stack.name).sort());
      for (const { stack } of input.contents) {
        for (const name of stack.after.filter((it) => order.includes(it))) {
          assert.ok(order.indexOf(name) < order.indexOf(stack.name));
        }
      }
    }),
    { numRuns: 150 },
  );
});
