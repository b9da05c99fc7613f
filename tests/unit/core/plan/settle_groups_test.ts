// What holds a group, and what its members are told.
import assert from "node:assert/strict";
import type { Decision, Target } from "../../../../src/core/model/decision.ts";
import type { FoundTarget } from "../../../../src/core/patch/find_context.ts";
import { settleGroups } from "../../../../src/core/plan/settle_groups.ts";
import { settlePlan } from "../../../../src/core/plan/settle_plan.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { digestA, digestB, marker, plainContext, selecting } from "../patch/cases.ts";

const texts = {
  server: `image: ghcr.io/you/server:1.0@${digestA} ${marker()}\n`,
  worker: `image: ghcr.io/you/worker:1.0@${digestA} ${marker()}\n`,
  store: `image: docker.io/library/redis:7.0@${digestA} ${marker()}\n`,
};
type Name = keyof typeof texts;

function member(name: Name, group: string | null = "app", text: string = texts[name]): FoundTarget {
  const [found] = findTargets(`${name}.yaml`, text, plainContext).found;
  assert.ok(found);
  return { ...found, target: { ...found.target, policy: { ...found.target.policy, group } } };
}

function standing(target: Target, state: Decision["state"], more: Partial<Decision> = {}): Decision {
  return { ...selecting(target, "", digestB), state, selected: null, ...more };
}

const tooYoung = { gate: "minAge", verdict: "hold", tag: "7.2", digest: null, message: "too young", until: 5 } as const;

function settled(...decided: readonly (readonly [FoundTarget, Decision])[]): readonly Decision[] {
  return [...settleGroups(new Map(decided)).values()];
}

Deno.test("settleGroups() holds a whole group when one member is held, and names it, its place and why", () => {
  const [server, worker, store] = [member("server"), member("worker"), member("store")];
  const [one, two, three] = settled(
    [server, selecting(server.target, "1.1", digestB)],
    [worker, selecting(worker.target, "1.1", digestB)],
    [store, standing(store.target, "held", { blockers: [tooYoung] })],
  );
  assert.ok(one && two && three);
  assert.deepEqual([one.state, one.selected, two.state, two.selected], ["held", null, "held", null]);
  assert.deepEqual(one.blockers, [{
    gate: "group",
    verdict: "hold",
    tag: "1.1",
    digest: digestB,
    message: 'group "app" waits: docker.io/library/redis at store.yaml:1 is held (7.2: too young)',
    until: 5,
  }]);
  assert.deepEqual(three.blockers, [tooYoung], "it keeps its own reason");
});

Deno.test("settleGroups() holds a group when one member is in error", () => {
  const [server, store] = [member("server"), member("store")];
  const [one] = settled(
    [server, selecting(server.target, "1.1", digestB)],
    [store, standing(store.target, "error", { reasons: ["the registry does not answer"] })],
  );
  assert.equal(one?.state, "held");
  assert.match(one?.blockers[0]?.message ?? "", /redis.*has no answer \(the registry does not answer\)/);
});

Deno.test("settleGroups() lets a group go whose other members have nothing to move to", () => {
  const [server, worker, store] = [member("server"), member("worker"), member("store")];
  const decisions = settled(
    [server, selecting(server.target, "1.1", digestB)],
    [worker, selecting(worker.target, "v1.1.0-cuda", digestB)],
    [store, standing(store.target, "current")],
  );
  assert.deepEqual(decisions.map(({ state }) => state), ["selected", "selected", "current"]);
});

Deno.test("settleGroups() holds members that would leave the release that they share", () => {
  const [server, worker, store] = [member("server"), member("worker"), member("store")];
  for (const other of [selecting(worker.target, "1.2", digestB), standing(worker.target, "current")]) {
    const decisions = settled(
      [server, selecting(server.target, "1.1", digestB)],
      [worker, other],
      [store, selecting(store.target, "7.2", digestB)],
    );
    assert.ok(decisions.every(({ state }) => state !== "selected"), decisions.map(({ state }) => state).join());
  }
});

Deno.test("settleGroups() leaves other groups, and values without one, alone", () => {
  const [server, worker, store] = [member("server", "one"), member("worker", null), member("store", "two")];
  const decisions = settled(
    [server, selecting(server.target, "1.1", digestB)],
    [worker, selecting(worker.target, "1.2", digestB)],
    [store, standing(store.target, "held", { blockers: [tooYoung] })],
  );
  assert.deepEqual(decisions.map(({ state }) => state), ["selected", "selected", "held"]);
});

Deno.test("a tag that is held back by its group is told so, not as selected", () => {
  const [server, store] = [member("server"), member("store")];
  const tags = [{ tag: "1.1", key: null, verdict: "selected", reason: "selected" } as const];
  const [one] = settled(
    [server, { ...selecting(server.target, "1.1", digestB), tags }],
    [store, standing(store.target, "held", { blockers: [tooYoung] })],
  );
  assert.equal(one?.tags[0]?.verdict, "held");
});

Deno.test("settlePlan() keeps a whole group back when the file of one member cannot be patched", () => {
  const server = member("server");
  // After the change a number would not be one any more.
  const worker = member("worker", "app", `tag: !!float 1.5 ${marker({ repo: "ghcr.io/you/worker" })}\n`);
  const alone = member("store", null);
  const files = [server, worker, alone].map((found) => ({ ...found.slot.source, found: [found], problems: [] }));
  const { decisions, patches } = settlePlan(
    files,
    new Map([server, worker, alone].map((it) => [it, selecting(it.target, "1.1", digestB)])),
  );
  assert.deepEqual([...decisions.values()].map(({ state }) => state), ["held", "error", "selected"]);
  assert.deepEqual(patches.filter(({ text }) => text !== null).map(({ file }) => file), ["store.yaml"]);
  const problems = [...decisions.values()].flatMap((decision) => decision.problems);
  assert.deepEqual(problems.map(({ code, file }) => [code, file]), [["file.unpatchable", "worker.yaml"]]);
  assert.match(decisions.get(server)?.blockers[0]?.message ?? "", /worker\.yaml:1 has no answer/);
});
