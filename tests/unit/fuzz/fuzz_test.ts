// The fuzzer itself: it finds what is wrong, finds it again from the same seed, and its targets accept their own seeds.
import assert from "node:assert/strict";
import { chanceFrom } from "../../fuzz/chance.ts";
import { fuzz, shorten, type Turns } from "../../fuzz/fuzz.ts";
import { mutate } from "../../fuzz/mutate.ts";
import { shrink } from "../../fuzz/shrink.ts";
import type { FuzzTarget } from "../../fuzz/target.ts";
import { fuzzTargets } from "../../fuzz/targets.ts";

const refusesStars: FuzzTarget = {
  name: "stars",
  seeds: ["plain text"],
  words: ["*"],
  longest: 100,
  check: (text) => assert.ok(!text.includes("*")),
};

function turnsOf(target: FuzzTarget): readonly Turns[] {
  return [{ target, count: 0, spent: 0 }];
}

Deno.test("fuzz() finds a text that a target does not bear, and the same one from the same seed", () => {
  const [one, other] = [fuzz(turnsOf(refusesStars), 60, 7), fuzz(turnsOf(refusesStars), 60, 7)];
  assert.ok(one !== null && other !== null);
  assert.equal(one.text, other.text);
  assert.equal(shorten(one).text, "*");
});

Deno.test("mutate() makes different texts that are never too long", () => {
  const texts = Array.from({ length: 500 }, (_, seed) => mutate(refusesStars, chanceFrom(seed)));
  assert.ok(new Set(texts).size > 300);
  for (const text of texts) assert.ok(text.length <= refusesStars.longest);
});

Deno.test("shrink() asks no more often than it may", () => {
  let asked = 0;
  const short = shrink("a".repeat(1000), (text) => ++asked > 0 && text.length > 600, 10);
  assert.ok(asked <= 10 && short.length > 600 && short.length < 1000);
});

Deno.test("each target of the fuzzer holds for its own seeds", () => {
  assert.equal(new Set(fuzzTargets.map(({ name }) => name)).size, fuzzTargets.length);
  for (const { name, seeds, check } of fuzzTargets) {
    for (const [at, seed] of seeds.entries()) {
      assert.doesNotThrow(() => check(seed, chanceFrom(at)), `${name}: ${seed}`);
    }
  }
});
