import assert from "node:assert/strict";
import type { Automation } from "../../../src/core/model/automation.ts";
import type { FoundTarget } from "../../../src/core/patch/find_context.ts";
import type { LaneTurns } from "../../../src/core/plan/lane_turns.ts";
import { takeTurns } from "../../../src/reconcile/take_turns.ts";
import { testNow } from "../../fakes/manual_clock.ts";

/** One automation with one value: its interval in minutes, and what else matters. */
interface Made {
  readonly automation: Automation;
  readonly found: readonly FoundTarget[];
}

const valueOf = (group: string | null): FoundTarget => ({ target: { policy: { group } } }) as FoundTarget;

function make(key: string, minutes: number, more: { branch?: string; group?: string; base?: string } = {}): Made {
  const { branch, group = null, base } = more;
  const automation = {
    key,
    intervalSeconds: minutes * 60,
    suspended: false,
    push: { branch: branch === undefined ? null : { text: branch, file: "a.yaml", line: 1 } },
    checkout: base === undefined ? null : { kind: "branch", value: base },
  } as Automation;
  return { automation, found: [valueOf(group)] };
}

/** Who has a turn an hour after all ran, of the runs that begin at the followed branch. */
function turnsOf(runs: readonly Made[], change: Partial<LaneTurns> = {}, rest: readonly FoundTarget[] = []): string {
  const automations = runs.map(({ automation }) => automation);
  const lastRuns = new Map(automations.map(({ key }) => [key, { everySeconds: 60, lastRun: testNow }]));
  const turns = { update: false, updateBranch: null, lastRuns, now: testNow + 3_600_000, ...change };
  const here = runs.filter(({ automation }) => automation.checkout === null);
  const found = [...here.flatMap((run) => run.found), ...rest];
  const base = { branch: "main", policies: null };
  const { update, automations: going, resting } = takeTurns({ runs: here, rest }, automations, found, base, turns);
  for (const run of here) assert.equal(run.found.every((it) => resting.has(it)), !going.has(run.automation));
  for (const it of rest) assert.equal(resting.has(it), !update);
  return [...[...going].map(({ key }) => key), ...update ? ["update"] : []].join(" ");
}

Deno.test("takeTurns() gives a turn to whose interval is over, and to update by its own word", () => {
  const runs = [make("a", 30), make("b", 90), make("c", 60)];
  assert.equal(turnsOf(runs), "a c");
  assert.equal(turnsOf(runs, { update: true }, [valueOf(null)]), "a c update");
  assert.equal(turnsOf([make("b", 90)]), "");
});

Deno.test("takeTurns() lets those go together who may push to one branch, also by templates", () => {
  const a = make("a", 30, { branch: "updates" });
  assert.equal(turnsOf([a, make("b", 90, { branch: "updates" }), make("c", 90, { branch: "other" })]), "a b");
  assert.equal(turnsOf([a, make("b", 90, { branch: 'up{{ now "2006" }}' })]), "a b");
  assert.equal(turnsOf([make("b", 90), make("c", 30)]), "c", "on the followed branch commits are stacked");
  assert.equal(turnsOf([a], { updateBranch: "updates/{{ isoWeek }}" }, [valueOf(null)]), "a update");
  assert.equal(turnsOf([a], { updateBranch: "image-updates" }, [valueOf(null)]), "a");
});

Deno.test("takeTurns() lets the members of a group go together, and those that go with them", () => {
  const runs = [
    make("a", 30, { group: "media" }),
    make("b", 90, { group: "media", branch: "x" }),
    make("c", 90, { branch: "x" }),
    make("d", 90, { group: "other" }),
  ];
  assert.equal(turnsOf(runs), "a b c");
  assert.equal(turnsOf(runs, {}, [valueOf("media")]), "a b c update");
});

Deno.test("takeTurns() goes by the interval alone for automations that begin at another branch", () => {
  assert.equal(turnsOf([make("a", 90), make("b", 30, { base: "next" }), make("c", 90, { base: "next" })]), "b");
});

Deno.test("takeTurns() gives everybody a turn where nobody keeps the time", () => {
  const runs = [make("a", 30), make("b", 90)];
  const automations = runs.map(({ automation }) => automation);
  const turns = takeTurns({ runs, rest: [] }, automations, [], { branch: "main", policies: null }, null);
  assert.deepEqual([turns.update, [...turns.automations], turns.resting.size], [true, automations, 0]);
});
