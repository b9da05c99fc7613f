// Members of a group that hold one release, decided together: one release for all, and no question more than needed.
import assert from "node:assert/strict";
import type { Decision } from "../../../src/core/model/decision.ts";
import type { Policy } from "../../../src/core/model/policy.ts";
import { day, valueOf, withDecideWorld } from "../../fakes/decide_world.ts";
import { letterDigest, scriptedRegistry } from "../../fakes/scripted_registry.ts";

const letters = { "1.0": "a", "1.1": "b", "1.2": "c", "1.3": "d" };
const held = letterDigest("a");

function member(rule: Partial<Policy>, tag = "1.0"): ReturnType<typeof valueOf> {
  return valueOf(tag, held, { group: "immich", ...rule });
}

function answers(decisions: readonly Decision[]): readonly string[] {
  return decisions.map(({ state, selected }) => `${state} ${selected?.tag ?? ""}`.trimEnd());
}

function gates({ blockers }: Decision | { blockers: Decision["blockers"] }): readonly string[] {
  return blockers.map(({ gate, tag }) => `${gate} ${tag}`);
}

Deno.test("decideTargets() takes the highest release that the lists of all members offer, and asks for no other", () =>
  withDecideWorld(scriptedRegistry(letters), async ({ pass, registry }) => {
    const decisions = await pass([member({}), member({ range: "<1.2" }), member({ range: "<1.3" })]);
    assert.deepEqual(answers(decisions), ["selected 1.1", "selected 1.1", "selected 1.1"]);
    assert.deepEqual(registry.asked, ["list", "resolve 1.1", `inspect ${letterDigest("b")}`]);
    const [server] = decisions;
    assert.ok(server);
    assert.deepEqual(gates(server), ["group 1.3"]);
    assert.match(server.reasons.join("\n"), /1\.3: group "immich" waits: ghcr\.io\/you\/app at a\.yaml:3 has no such/);
  }));

Deno.test("decideTargets() holds who is ahead, and leaves who has nothing to move to, when no new release is common", () =>
  withDecideWorld(scriptedRegistry(letters), async ({ pass, registry }) => {
    const decisions = await pass([member({}), member({ range: "<1.1" })]);
    assert.deepEqual(answers(decisions), ["held", "current"]);
    assert.deepEqual(registry.asked, ["list", "resolve 1.0"], "only whether the digest of what is held has moved");
  }));

Deno.test("decideTargets() brings all back to the one whose gates let less pass, without asking again", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ pass, registry, clock }) => {
    const together = [member({}), member({ minAgeSeconds: 3 * 86_400 })];
    const early = await pass(together);
    assert.deepEqual(answers(early), ["held", "held"]);
    const [server, worker] = early;
    assert.ok(server && worker);
    assert.deepEqual(gates(worker), ["minAge 1.1"]);
    assert.deepEqual(gates(server), ["group 1.1"]);
    assert.equal(server.blockers[0]?.until, worker.blockers[0]?.until, "when the worker's wait ends");
    clock.advance(2 * day);
    registry.tags.set("1.2", letterDigest("c"));
    await pass(together);
    clock.advance(day);
    registry.asked.splice(0);
    const ripe = await pass(together);
    assert.deepEqual(answers(ripe), ["selected 1.1", "selected 1.1"]);
    const looks = registry.asked.filter((what) => what.startsWith("resolve"));
    assert.equal(new Set(looks).size, looks.length, "each tag once");
    assert.deepEqual(ripe.map(gates), [["group 1.2"], ["minAge 1.2"]]);
    clock.advance(2 * day);
    const last = await pass(together);
    assert.deepEqual(answers(last), ["selected 1.2", "selected 1.2"]);
  }));

Deno.test("decideTargets() lets members of different releases, and those without a group, go their own way", () =>
  withDecideWorld(scriptedRegistry(letters), async ({ pass }) => {
    const other = member({ range: "<1.3", group: "other" });
    const alone = member({ range: "<1.2", group: null });
    const decisions = await pass([member({}), member({ range: "<1.3" }, "1.1"), other, alone]);
    assert.deepEqual(answers(decisions), ["selected 1.3", "selected 1.2", "selected 1.2", "selected 1.1"]);
  }));

Deno.test("a digest in a value of its own follows the release of the tag beside it", () =>
  withDecideWorld(scriptedRegistry(letters), async ({ pass }) => {
    const tag = member({});
    const digest = { ...tag, line: 4, part: "digest" as const, current: { ...tag.current, tag: null } };
    const decisions = await pass([tag, digest, member({ range: "<1.2" })]);
    assert.deepEqual(answers(decisions), ["selected 1.1", "selected 1.1", "selected 1.1"]);
  }));
