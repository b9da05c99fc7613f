// Lists over many passes: what is asked, what is kept, what is unknown, and what is concluded.
import assert from "node:assert/strict";
import type { Decision } from "../../../src/core/model/decision.ts";
import { day, type DecideWorld, hour, valueOf, withDecideWorld } from "../../fakes/decide_world.ts";
import { testNow } from "../../fakes/manual_clock.ts";
import { letterDigest, scriptedRegistry } from "../../fakes/scripted_registry.ts";

const repository = "ghcr.io/you/app";
const target = valueOf("1.0", letterDigest("a"));

function warningsOf(decision: Decision): readonly string[] {
  return decision.problems.filter(({ severity }) => severity === "warning").map(({ code }) => code);
}

async function lists({ registry, decide }: DecideWorld): Promise<number> {
  const before = registry.asked.filter((it) => it === "list").length;
  await decide(target);
  return registry.asked.filter((it) => it === "list").length - before;
}

Deno.test("the adapter is told what is known, and its cursor comes back to it", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock, store }) => {
    registry.listing = { cursor: "last=1.0" };
    await decide(target);
    assert.equal(registry.known[0], null);
    clock.advance(hour);
    registry.listing = { full: false, cursor: "last=1.1" };
    registry.tags.set("1.1", letterDigest("b"));
    await decide(target);
    const [, known] = registry.known;
    assert.deepEqual([known?.tags, known?.listedFullAt, known?.cursor], [["1.0"], testNow, "last=1.0"]);
    const scan = store.scan(repository);
    assert.deepEqual([scan?.tags, scan?.listedFullAt, scan?.cursor], [["1.0", "1.1"], testNow, "last=1.1"]);
    assert.equal(scan?.scannedAt, testNow + hour);
  }));

Deno.test("a list that failed is unknown, keeps the last good one, and is not asked again before the registry said", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async (world) => {
    const { decide, registry, clock, store } = world;
    await decide(target);
    clock.advance(hour);
    registry.listing = {
      fails: {
        code: "registry.rate_limited",
        retry: "later",
        message: "ghcr.io asks to wait (TOOMANYREQUESTS)",
        cure: "wait",
        host: "ghcr.io",
        retryAt: testNow + 3 * hour,
      },
    };
    const failing = await decide(target);
    assert.equal(failing.state, "error");
    clock.advance(hour);
    const paused = await decide(target);
    assert.equal(registry.asked.filter((it) => it === "list").length, 2, "not asked while it is to wait");
    assert.deepEqual(paused.problems, [{
      code: "registry.rate_limited",
      severity: "error",
      message: "ghcr.io asks to wait (TOOMANYREQUESTS)",
      cure: "wait",
      host: "ghcr.io",
      retryAt: testNow + 3 * hour,
      file: "a.yaml",
      line: 3,
      column: 8,
      image: repository,
      policy: "semver",
    }]);
    assert.ok(paused.reasons.includes("its tags are unknown since 2026-01-20T13:00:00Z"));
    assert.deepEqual([store.scan(repository)?.tags, store.scan(repository)?.scannedAt], [["1.0", "1.1"], testNow]);
    registry.listing = null;
    clock.advance(hour);
    assert.equal((await decide(target)).state, "selected");
    assert.equal(store.scanFailure(repository), null);
  }));

Deno.test("an image that is named is asked at once, though the registry said to wait", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry }) => {
    const fails = { code: "registry.rate_limited", retry: "later", message: "wait", retryAt: testNow + hour } as const;
    registry.listing = { fails };
    assert.equal((await decide(target)).state, "error");
    registry.listing = null;
    assert.equal((await decide(target)).state, "error", "paused, also where no list was ever there");
    assert.equal((await decide(target, { named: new Set([repository]) })).state, "selected");
  }));

Deno.test("a wait of more than a day is not believed: it was noted by a clock that was ahead", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async (world) => {
    const fails = { code: "registry.unavailable", retry: "later", message: "m", retryAt: testNow + 2 * day } as const;
    world.registry.listing = { fails };
    assert.equal(await lists(world), 1);
    assert.equal(await lists(world), 1);
    world.clock.advance(day);
    assert.equal(await lists(world), 0);
  }));

Deno.test("an image that was not named is decided from its stored list, whatever came of asking since", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, clock }) => {
    await decide(target);
    clock.advance(hour);
    registry.listing = { fails: { code: "registry.unreachable", retry: "later", message: "m" } };
    await decide(target);
    for (const options of [{ named: new Set(["ghcr.io/you/other"]) }, { offline: true }]) {
      assert.equal((await decide(target, options)).selected?.tag, "1.1");
    }
  }));

Deno.test("a tag in use that is gone is told after three looks in three hours, and nothing moves because of it", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "0.9": "b" }), async ({ decide, registry, clock }) => {
    assert.equal((await decide(target)).state, "current");
    registry.tags.delete("1.0");
    const told: (readonly string[])[] = [];
    for (let look = 0; look < 5; look++) {
      clock.advance(hour);
      const decision = await decide(target);
      // 0.9 is all that is left, and it is below.
      assert.deepEqual([decision.state, decision.selected], ["current", null]);
      told.push(warningsOf(decision));
    }
    const gone = ["registry.tag_missing"];
    assert.deepEqual(told, [[], [], [], gone, gone]);
    registry.tags.set("1.0", letterDigest("a"));
    clock.advance(hour);
    const back = await decide(target);
    assert.deepEqual([back.state, warningsOf(back)], ["current", []]);
  }));

Deno.test("a tag that was never asked for is watched too, once a file holds it", () =>
  withDecideWorld(scriptedRegistry({ "2.0-rc1": "b" }), async ({ decide, clock }) => {
    const unpinned = { ...valueOf("1.0", null), writes: { name: null, tag: true, digest: false } };
    const told: (readonly string[])[] = [];
    for (let look = 0; look < 4; look++) {
      told.push(warningsOf(await decide(unpinned)));
      clock.advance(hour);
    }
    assert.deepEqual(told, [[], [], [], ["registry.tag_missing"]]);
  }));

Deno.test("a list that names were joined to never says that a tag is gone", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock, store }) => {
    await decide(target);
    registry.listing = { full: false };
    registry.tags.delete("1.0");
    registry.tags.set("1.1", letterDigest("b"));
    for (let look = 0; look < 5; look++) {
      clock.advance(hour);
      assert.deepEqual(warningsOf(await decide(target)), []);
    }
    assert.equal(store.missing(repository, "1.0"), null);
  }));

Deno.test("a listed tag that answers 404 is unknown at once, and told as missing after three looks in three hours", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock }) => {
    await decide(target);
    registry.broken.add("1.0");
    const told: (readonly string[])[] = [];
    for (let look = 0; look < 4; look++) {
      clock.advance(hour);
      const decision = await decide(target);
      assert.equal(decision.state, "error");
      told.push(decision.problems.map(({ code }) => code));
    }
    const unknown = ["registry.not_found"];
    assert.deepEqual(told, [unknown, unknown, unknown, ["registry.tag_missing", "registry.not_found"]]);
    registry.broken.clear();
    clock.advance(hour);
    assert.equal((await decide(target)).state, "current");
  }));

Deno.test("facts of a list spare the question for each tag that has not moved", () =>
  withDecideWorld(
    scriptedRegistry({ "1.0": "a", "1.1": "b", latest: "c" }),
    async ({ pass, registry, clock, store }) => {
      const targets = [
        valueOf("1.0", letterDigest("a"), { range: "<1.1" }),
        valueOf("1.1", letterDigest("b"), { range: ">=1.1" }),
        valueOf("latest", letterDigest("c"), { kind: "latest" }),
      ];
      const asked = async (): Promise<readonly string[]> => {
        const before = registry.asked.length;
        await pass(targets);
        return registry.asked.slice(before);
      };
      await pass(targets);
      clock.advance(hour);
      assert.deepEqual((await asked()).toSorted(), ["list", "resolve 1.0", "resolve 1.1", "resolve latest"]);
      for (const [tag, digest] of registry.tags) registry.facts.set(tag, { digest, pushedAt: testNow - day });
      clock.advance(hour);
      assert.deepEqual(await asked(), ["list"], "three questions saved");
      assert.equal(store.tag(repository, "latest")?.checkedAt, clock.now());
      assert.equal(store.sightings(repository, "1.1")[0]?.pushedAt, testNow - day);
      registry.facts.set("1.1", { digest: letterDigest("d"), pushedAt: clock.now() });
      clock.advance(hour);
      assert.deepEqual(await asked(), ["list", "resolve 1.1"], "what is new is asked for");
      assert.equal(store.tag(repository, "1.1")?.digest, letterDigest("b"), "the registry itself is believed");
    },
  ));
