// A group never moves in part, whatever was decided for its members and whatever their files allow.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Decision } from "../../src/core/model/decision.ts";
import type { FoundTarget, MarkedFile } from "../../src/core/patch/find_context.ts";
import { findTargets } from "../../src/core/patch/find_targets.ts";
import { settlePlan } from "../../src/core/plan/settle_plan.ts";
import { digestA, digestB, marker, plainContext, selecting } from "../unit/core/patch/cases.ts";

/** One value, and what became of it alone. `broken`: its file cannot be patched. */
const member = fc.record({
  group: fc.constantFrom("a", "b", null),
  file: fc.constantFrom("one.yaml", "two.yaml", "three.yaml"),
  held: fc.constantFrom("1.0", "1.0-cuda", "7.0"),
  wants: fc.constantFrom("1.1", "1.1-cuda", "1.2", "7.2"),
  state: fc.constantFrom<Decision["state"]>("selected", "selected", "selected", "current", "held", "error", "no-match"),
  broken: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
});

type Member = typeof member extends fc.Arbitrary<infer Item> ? Item : never;

function lineOf({ held, broken }: Member, at: number): string {
  const value = broken ? "!!float 1.5" : `ghcr.io/you/app${at}:${held}@${digestA}`;
  return `v${at}: ${value} ${marker(broken ? { repo: `ghcr.io/you/app${at}` } : {})}\n`;
}

function build(members: readonly Member[]): readonly [readonly MarkedFile[], ReadonlyMap<FoundTarget, Decision>] {
  const decided = new Map<FoundTarget, Decision>();
  const files = [...Map.groupBy(members.entries(), ([, { file }]) => file)].map(([file, entries]) => {
    const marked = findTargets(file, entries.map(([at, it]) => lineOf(it, at)).join(""), plainContext);
    const found = entries.map(([, it], index): FoundTarget => {
      const one = marked.found[index];
      assert.ok(one);
      const target = { ...one.target, policy: { ...one.target.policy, group: it.group } };
      const taken = selecting(target, it.broken ? "1.7" : it.wants, digestB);
      const result = { ...one, target };
      decided.set(result, it.state === "selected" ? taken : { ...taken, state: it.state, selected: null });
      return result;
    });
    return { ...marked, found, problems: [] };
  });
  return [files, decided];
}

Deno.test("a group moves whole or not at all, and only because of its own members", () => {
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 9 }), (members) => {
      const [files, decided] = build(members);
      const { decisions, patches } = settlePlan(files, decided);
      assert.equal(decisions.size, decided.size, "no decision is lost");
      const moved = new Set(patches.flatMap(({ changes }) => changes.map(({ decision }) => decision.target)));
      for (const [name, group] of Map.groupBy(decided, ([found]) => found.target.policy.group)) {
        const movers = group.filter(([, { state }]) => state === "selected");
        const reached = movers.filter(([found]) => moved.has(found.target));
        if (name === null) continue;
        assert.ok(reached.length === 0 || reached.length === movers.length, `group ${name} moved in part`);
        const stuck = group.some(([, { state }]) => state === "held" || state === "error");
        if (stuck) assert.equal(reached.length, 0, "a held member or one in error keeps it");
        for (const [found] of reached.length === 0 ? movers : []) {
          const decision = decisions.get(found);
          assert.ok(decision?.state === "held" || decision?.state === "error");
          if (decision.state === "held") assert.equal(decision.blockers[0]?.gate, "group");
        }
        // One release before, one release after.
        const releases = Map.groupBy(
          group.filter(([{ target }]) => target.current.tag !== "1.5"),
          ([{ target }]) => target.current.tag?.split("-")[0],
        );
        for (const together of reached.length === 0 ? [] : releases.values()) {
          const after = together.map(([found]) =>
            (decisions.get(found)?.selected?.tag ?? found.target.current.tag)?.split("-")[0]
          );
          assert.equal(new Set(after).size, 1, `${after.join(" and ")} in group ${name}`);
        }
      }
      const free = [...decided].filter(([found]) => found.target.policy.group === null);
      for (const [found, before] of free) assert.equal(decisions.get(found), before, "no group, no change");
    }),
    { numRuns: 500 },
  );
});
