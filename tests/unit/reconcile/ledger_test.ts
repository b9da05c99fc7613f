// Attacks on the age of a digest, and on the memory of where a tag has pointed (registries 3.6, 9.8).
import assert from "node:assert/strict";
import type { Decision } from "../../../src/core/model/decision.ts";
import { day, hour, valueOf, withDecideWorld } from "../../fakes/decide_world.ts";
import { testNow } from "../../fakes/manual_clock.ts";
import { letterDigest, plainContent, scriptedRegistry } from "../../fakes/scripted_registry.ts";

const repository = "ghcr.io/you/app";
const waiting = { minAgeSeconds: 3 * 86_400 };

function gateOf(decision: Decision): readonly string[] {
  return decision.blockers.map(({ gate, verdict, tag }) => `${gate} ${verdict} ${tag}`);
}

function codesOf(decision: Decision): readonly string[] {
  return decision.problems.map(({ code, severity }) => `${severity} ${code}`);
}

Deno.test("a digest's wait begins when its tag is the candidate, though it is held", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, clock, store }) => {
    const target = valueOf("1.0", letterDigest("a"), waiting);
    const first = await decide(target);
    assert.deepEqual([first.state, ...gateOf(first)], ["held", "minAge hold 1.1"]);
    assert.equal(store.firstSeen(repository, "1.1", letterDigest("b")), testNow);
    assert.ok(registry.asked.includes("resolve 1.1"));
    clock.advance(3 * day - 1000);
    assert.equal((await decide(target)).state, "held");
    clock.advance(1000);
    const ripe = await decide(target);
    assert.deepEqual([ripe.state, ripe.selected?.tag], ["selected", "1.1"]);
    assert.equal(ripe.evidence?.ageSeconds, 3 * 86_400);
  }));

Deno.test("who removes a tag and puts it back at the same digest gains nothing and loses nothing", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, clock, store }) => {
    const target = valueOf("1.0", letterDigest("a"), waiting);
    await decide(target);
    clock.advance(day);
    registry.tags.delete("1.1");
    assert.equal((await decide(target)).state, "current");
    clock.advance(day);
    registry.tags.set("1.1", letterDigest("b"));
    const back = await decide(target);
    assert.deepEqual([back.state, back.evidence?.firstSeen], ["held", testNow]);
    clock.advance(day);
    assert.equal((await decide(target)).selected?.tag, "1.1", "three days after the first sight");
    assert.equal(store.missing(repository, "1.1"), null);
  }));

Deno.test("who removes a tag and puts it back at another digest begins anew, and is told", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, clock }) => {
    const target = valueOf("1.0", letterDigest("a"), waiting);
    await decide(target);
    registry.tags.delete("1.1");
    for (let look = 0; look < 80; look++) {
      clock.advance(day);
      await decide(target);
    }
    registry.tags.set("1.1", letterDigest("c"));
    clock.advance(day);
    const back = await decide(target);
    assert.deepEqual([back.state, ...gateOf(back)], ["held", "minAge hold 1.1"]);
    assert.equal(back.evidence?.ageSeconds, 0);
    assert.equal(back.evidence?.repushed, true);
    assert.deepEqual(codesOf(back), ["warning registry.repushed"]);
  }));

Deno.test("a builder's date of last year shortens no wait, unless the policy trusts it", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry }) => {
    registry.contents.set(letterDigest("b"), plainContent(letterDigest("b"), { created: testNow - 365 * day }));
    const target = valueOf("1.0", letterDigest("a"), waiting);
    assert.equal((await decide(target)).state, "held");
    const trusting = valueOf("1.0", letterDigest("a"), { ...waiting, trustCreated: true });
    const taken = await decide(trusting);
    assert.equal(taken.state, "selected");
    assert.equal(taken.evidence?.firstSeen, testNow, "our own sight is what is recorded");
    assert.equal(taken.evidence?.ageSeconds, 365 * 86_400);
  }));

Deno.test("a builder's date after our first sight is told", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry }) => {
    registry.contents.set(letterDigest("b"), plainContent(letterDigest("b"), { created: testNow + hour }));
    const decision = await decide(valueOf("1.0", letterDigest("a"), { ...waiting, trustCreated: true }));
    assert.equal(decision.state, "held");
    assert.ok(
      decision.reasons.some((reason) => /1\.1: its builder's date, 2026-01-20T13:00:00Z, lies after/.test(reason)),
    );
  }));

Deno.test("the server time of the very digest counts, from resolving or from the list", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, store }) => {
    registry.facts.set("1.1", { digest: letterDigest("b"), pushedAt: testNow - 4 * day });
    const decision = await decide(valueOf("1.0", letterDigest("a"), waiting));
    assert.deepEqual([decision.state, decision.selected?.tag], ["selected", "1.1"]);
    assert.deepEqual([decision.evidence?.firstSeen, decision.evidence?.ageSeconds], [testNow, 4 * 86_400]);
    assert.equal(store.sightings(repository, "1.1")[0]?.pushedAt, testNow - 4 * day);
    registry.tags.set("1.2", letterDigest("c"));
    registry.pushedAt.set("1.2", testNow - 5 * day);
    const next = await decide(valueOf("1.0", letterDigest("a"), waiting), { named: new Set([repository]) });
    assert.equal(next.selected?.tag, "1.2");
  }));

Deno.test("the server time of another digest is ignored, and so is one that is yet to come", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a", "1.1": "b" }), async ({ decide, registry, clock, store }) => {
    registry.facts.set("1.1", { digest: letterDigest("c"), pushedAt: testNow - 400 * day });
    const target = valueOf("1.0", letterDigest("a"), waiting);
    assert.equal((await decide(target)).state, "held");
    assert.equal(store.sightings(repository, "1.1")[0]?.pushedAt, null);
    clock.advance(hour);
    registry.facts.set("1.1", { digest: letterDigest("b"), pushedAt: testNow + 400 * day });
    const future = await decide(target);
    assert.deepEqual([future.state, future.evidence?.ageSeconds], ["held", 3600]);
  }));

Deno.test("a released tag that moves is told whatever the policy's kind, and its new digest begins anew", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock }) => {
    for (const kind of ["semver", "latest", "digest"] as const) {
      registry.tags.set("1.0", letterDigest("a"));
      clock.advance(400 * day);
      const target = valueOf("1.0", letterDigest("a"), { ...waiting, kind });
      assert.equal((await decide(target)).state, "current", kind);
      clock.advance(2 * hour);
      registry.tags.set("1.0", letterDigest({ semver: "b", latest: "c", digest: "d" }[kind]));
      const moved = await decide(target);
      assert.deepEqual([moved.state, moved.evidence?.repushed], ["held", true], kind);
      assert.deepEqual(codesOf(moved), ["warning registry.repushed"], kind);
      assert.equal(moved.evidence?.ageSeconds, 0, kind);
      clock.advance(3 * day);
      assert.equal((await decide(target)).selected?.digest, registry.tags.get("1.0"), kind);
    }
  }));

Deno.test("a tag like latest moves as it should, and nobody is told", () =>
  withDecideWorld(scriptedRegistry({ latest: "a" }), async ({ decide, registry, clock }) => {
    const target = valueOf("latest", letterDigest("a"), { kind: "latest" });
    await decide(target);
    clock.advance(2 * hour);
    registry.tags.set("latest", letterDigest("b"));
    const moved = await decide(target);
    assert.deepEqual([moved.state, moved.evidence?.repushed, codesOf(moved)], ["selected", false, []]);
  }));

Deno.test("repush: hold keeps a released tag at the digest in the file until a person writes the new one", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock }) => {
    const target = valueOf("1.0", letterDigest("a"), { repush: "hold" });
    assert.equal((await decide(target)).state, "current");
    registry.tags.set("1.0", letterDigest("b"));
    for (const wait of [2 * hour, 400 * day]) {
      clock.advance(wait);
      const held = await decide(target);
      assert.deepEqual([held.state, ...gateOf(held)], ["held", "hold hold 1.0"]);
      assert.deepEqual(codesOf(held), ["warning registry.repushed"]);
    }
    clock.advance(hour);
    const accepted = await decide(valueOf("1.0", letterDigest("b"), { repush: "hold" }));
    assert.deepEqual([accepted.state, codesOf(accepted)], ["current", []]);
    registry.tags.set("1.1", letterDigest("c"));
    clock.advance(hour);
    assert.equal((await decide(valueOf("1.0", letterDigest("b"), { repush: "hold" }))).selected?.tag, "1.1");
  }));

Deno.test("a tag that goes back to an older digest is told as set back", () =>
  withDecideWorld(scriptedRegistry({ latest: "a" }), async ({ decide, registry, clock }) => {
    await decide(valueOf("latest", letterDigest("a"), { kind: "latest" }));
    clock.advance(day);
    registry.tags.set("latest", letterDigest("b"));
    await decide(valueOf("latest", letterDigest("a"), { kind: "latest" }));
    clock.advance(day);
    registry.tags.set("latest", letterDigest("a"));
    const back = await decide(valueOf("latest", letterDigest("b"), { kind: "latest" }));
    assert.deepEqual([back.state, codesOf(back)], ["selected", ["warning registry.rolled_back"]]);
    assert.match(back.problems[0]?.message ?? "", /first seen 2026-01-20T12:00:00Z/);
    assert.ok(back.reasons.includes("latest was set back to an older digest"));
  }));

Deno.test("a new index with the same images says that only attestations or metadata changed", () =>
  withDecideWorld(scriptedRegistry({ "1.0": "a" }), async ({ decide, registry, clock }) => {
    const amd64 = { os: "linux", architecture: "amd64", variant: null };
    const arm64 = { ...amd64, architecture: "arm64" };
    const index = (letter: string, arm: string): void => {
      const children = [
        { platform: amd64, digest: letterDigest("1") },
        { platform: arm64, digest: letterDigest(arm) },
      ];
      registry.contents.set(letterDigest(letter), plainContent(letterDigest(letter), { children }));
    };
    index("a", "2");
    index("b", "2");
    index("c", "3");
    await decide(valueOf("1.0", null));
    registry.tags.set("1.0", letterDigest("b"));
    clock.advance(2 * hour);
    const same = await decide(valueOf("1.0", letterDigest("a")));
    assert.equal(same.selected?.digest, letterDigest("b"), "the index is what is followed");
    assert.ok(same.reasons.includes("1.0: only attestations or metadata have changed, the images are the same"));
    assert.match(same.problems[0]?.message ?? "", /the images are the same/);
    registry.tags.set("1.0", letterDigest("c"));
    clock.advance(2 * hour);
    const rebuilt = await decide(valueOf("1.0", letterDigest("b")));
    assert.ok(!rebuilt.reasons.some((reason) => reason.includes("attestations")));
    const ofInterest = await decide(valueOf("1.0", letterDigest("b"), { arch: [amd64] }));
    assert.ok(ofInterest.reasons.some((reason) => reason.includes("attestations")), "amd64 is the same");
  }));
