// Who went back, told from the trailers of magos's commits and the values as they are.
import assert from "node:assert/strict";
import type { Target } from "../../../../src/core/model/decision.ts";
import type { Policy } from "../../../../src/core/model/policy.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";
import { findBackOuts } from "../../../../src/core/plan/find_back_outs.ts";
import { type MovedValue, movedValues } from "../../../../src/core/plan/moved_values.ts";
import { sampleTarget } from "../../../fakes/sample_decision.ts";

const [a, b] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

function value(tag: string | null, digest: string | null, policy: Partial<Policy> = {}, line = 3): Target {
  return sampleTarget({
    line,
    policy: { ...inlinePolicy("semver", "a.yaml:3"), ...policy },
    current: { name: "ghcr.io/you/app", tag, digest },
  });
}

function moved(tag: string | null, digest: string | null, more: Partial<MovedValue> = {}): MovedValue {
  const place = { policy: "semver", image: "ghcr.io/you/app", file: "a.yaml" };
  return { commit: "c".repeat(40), time: 5, ...place, tag, digest, ...more };
}

/** What each value is held by, in their order: `above TAG`, `TAG@DIGEST`, or null. */
function heldBy(targets: readonly Target[], moves: readonly MovedValue[]): readonly (string | null)[] {
  const found = findBackOuts(targets, moves);
  return targets.map((target) => {
    const hold = found.get(target)?.[0];
    if (hold === undefined) return null;
    assert.deepEqual([hold.kind, hold.until, hold.since], ["human", null, 5]);
    return hold.above === null ? `${hold.tag}@${hold.digest}` : `above ${hold.above}`;
  });
}

const latest = { kind: "latest", name: "latest" } as const;

for (
  const [what, target, moves, expected] of [
    ["a lower tag", value("1.4", a), [moved("1.5", b)], "above 1.5"],
    ["the tag that magos set", value("1.5", b), [moved("1.5", b)], null],
    ["a higher tag", value("1.6", a), [moved("1.5", b)], null],
    ["another flavour", value("1.4-alpine", a), [moved("1.5", b)], null],
    ["a name instead of a version", value("stable", a), [moved("1.5", b)], null],
    ["an older digest of the same tag", value("1.5", a), [moved("1.5", b)], `1.5@${b}`],
    ["the same tag without a digest", value("1.5", null), [moved("1.5", b)], null],
    ["a digest alone", value(null, a), [moved("1.5", b)], "above 1.5"],
    ["what magos set last, of two", value("1.5", a), [moved("1.5", a), moved("1.6", b)], null],
    ["a range that has no room for it any more", value("1.4", a, { range: "<1.5" }), [moved("1.5", b)], null],
    ["a policy that allows downgrades", value("1.4", a, { allowDowngrade: true }), [moved("1.5", b)], null],
    ["another policy", value("1.4", a, { name: "stable" }), [moved("1.5", b)], null],
    ["another file", value("1.4", a), [moved("1.5", b, { file: "b.yaml" })], null],
    ["another name of the same image", value("1.4", a), [moved("1.5", b, { image: "GHCR.io/you/app" })], "above 1.5"],
    [
      "another digest of a followed tag",
      value("latest", a, latest),
      [moved("latest", b, { policy: "latest" })],
      `latest@${b}`,
    ],
    ["the digest of a followed tag", value("latest", b, latest), [moved("latest", b, { policy: "latest" })], null],
    ["another followed tag", value("stable", a, latest), [moved("latest", b, { policy: "latest" })], null],
    ["no digest of a followed tag", value("latest", null, latest), [moved("latest", b, { policy: "latest" })], null],
    ["nothing that magos moved", value("1.4", a), [], null],
    ["nothing to compare", value("1.4", a), [moved(null, null)], null],
  ] as readonly (readonly [string, Target, readonly MovedValue[], string | null])[]
) {
  Deno.test(`findBackOuts() says ${expected?.slice(0, 12) ?? "nothing"} of ${what}`, () => {
    assert.deepEqual(heldBy([target], moves), [expected]);
  });
}

Deno.test("findBackOuts() holds only the value that went back, of several with one image in one file", () => {
  const two = [value("1.5", b), value("1.4", a, {}, 9)];
  assert.deepEqual(heldBy(two, [moved("1.5", b), moved("1.5", b)]), [null, "above 1.5"], "both had been moved");
  assert.deepEqual(heldBy(two, [moved("1.5", b)]), [null, null], "only the other one had");
  const ranged = [value("15.1", a, { range: "<16" }), value("16.1", a, { range: ">=16" }, 9)];
  assert.deepEqual(heldBy(ranged, [moved("16.2", b)]), [null, "above 16.2"]);
  const later = [value("1.6", b), value("1.4", a, {}, 9)];
  assert.deepEqual(heldBy(later, [moved("1.6", b), moved("1.5", a), moved("1.5", a)]), [null, "above 1.5"]);
});

Deno.test("movedValues() reads each commit's own trailers, those of squashed ones too, and nothing else", () => {
  const change = (tag: string): string =>
    `Magos-Change: {"policy":"semver","image":"x/y","file":"a.yaml","from":{"tag":null,"digest":null},"to":{"tag":"${tag}","digest":null}}`;
  const plan = `Magos-Plan: ${"0".repeat(64)}`;
  const commit = (message: string) => ({ revision: "r", parents: [], author: "p <p@x>", message, time: 1 });
  const tags = (message: string): readonly (string | null)[] => movedValues([commit(message)]).map(({ tag }) => tag);
  assert.deepEqual(tags(`s\n\n${plan}\nMagos-Run: r@h\n${change("1")}\n${change("2")}\n`), ["1", "2"]);
  assert.deepEqual(tags(`s\r\n\r\n${plan}\r\n${change("1")}\r\n`), ["1"]);
  assert.deepEqual(
    tags(`All (#1)\n\n* one\n\n${plan}\n${change("1")}\n\n* two\n\n${plan}\n${change("2")}\n\nCo-authored-by: x`),
    ["1", "2"],
  );
  assert.deepEqual(tags(`s\n\n${change("1")}\n`), [], "no plan");
  assert.deepEqual(tags(`s\n\nas it said: ${plan}\n${change("1")}\n`), [], "quoted");
  assert.deepEqual(tags(`s\n\n${plan}\nMagos-Change: {"to"\nMagos-Change: 1\nMagos-Change: {"to":{}}\n`), [], "broken");
});
