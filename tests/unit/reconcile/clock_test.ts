// A clock that is wrong: no age is told by it, and what is seen by it does not look old once it is right again.
import assert from "node:assert/strict";
import { day, hour, valueOf, withDecideWorld } from "../../fakes/decide_world.ts";
import { testNow } from "../../fakes/manual_clock.ts";
import { letterDigest, scriptedRegistry } from "../../fakes/scripted_registry.ts";

const target = valueOf("1.0", letterDigest("a"), { minAgeSeconds: 3600 });

Deno.test("ages are not known while the clock stands before the newest time in the state", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, store, clock }) => {
    await decide(target);
    clock.advance(2 * hour);
    assert.equal((await decide(target)).state, "selected");
    const run = { id: "r", kind: "update", trigger: "manual", host: "pi4", started: clock.now() + day } as const;
    store.beginRun(run);
    const held = await decide(target);
    assert.deepEqual([held.state, held.blockers[0]?.verdict], ["held", "unknown"]);
    assert.match(held.blockers[0]?.message ?? "", /the clock shows 2026-01-20T14:00:00Z, before the newest time/);
    assert.equal(held.evidence?.ageSeconds, null);
    clock.advance(day);
    assert.equal((await decide(target)).state, "selected");
  }));

Deno.test("what a clock of 1970 has seen waits its full time once the clock is right", async () => {
  const registry = scriptedRegistry({ "1.0": "a", "1.1": "b" });
  await withDecideWorld(registry, async ({ decide, clock }) => {
    const early = await decide(target);
    assert.deepEqual([early.state, early.blockers[0]?.verdict], ["held", "unknown"]);
    clock.advance(Date.UTC(2026, 0, 1) - clock.now());
    const right = await decide(target);
    assert.deepEqual([right.state, right.blockers[0]?.verdict], ["held", "hold"]);
    clock.advance(hour);
    assert.equal((await decide(target)).state, "selected");
  }, 0);
});

Deno.test("a clock that falls back takes no sighting for old, and asks again instead of trusting answers to come", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, store, clock, registry }) => {
    await decide(target);
    clock.advance(-30 * day);
    registry.tags.set("1.2", letterDigest("c"));
    const asked = registry.asked.length;
    assert.equal((await decide(target)).state, "held");
    assert.deepEqual(registry.asked.slice(asked, asked + 2), ["list", "resolve 1.2"]);
    assert.equal(store.firstSeen("ghcr.io/you/app", "1.2", letterDigest("c")), testNow);
    clock.advance(30 * day);
    const back = await decide(target);
    assert.deepEqual([back.state, back.blockers.map(({ tag }) => tag)], ["held", ["1.2", "1.1"]]);
  }));

Deno.test("an answer from a time that has not come yet is as old as any", () =>
  withDecideWorld(scriptedRegistry({ latest: "a" }), async ({ decide, clock, registry }) => {
    const followed = valueOf("latest", letterDigest("a"), { kind: "latest" });
    await decide(followed);
    clock.advance(-hour / 2);
    await decide(followed);
    assert.deepEqual(registry.asked, ["resolve latest", "resolve latest"]);
  }));
