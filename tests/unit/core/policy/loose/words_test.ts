// The classes of suffix words (loose versioning 1).
import assert from "node:assert/strict";
import { readSuffix } from "../../../../../src/core/policy/loose/suffix.ts";
import { wordTable } from "../../../../../src/core/policy/loose/words.ts";

function suffixOf(text: string): ReturnType<typeof readSuffix> {
  const table = wordTable({});
  assert.ok(table.ok);
  return readSuffix(text, 0, table.value);
}

// Loose versioning 1, class "prerelease".
const ranks: readonly (readonly [number, string])[] = [
  [0, "dev devel develop nightly snapshot canary edge next exp experimental unstable test testing SNAPSHOT"],
  [1, "alpha a1 Alpha.2 a-3"],
  [2, "beta b1 milestone m2 milestone.3 BETA1"],
  [3, "pre preview ea ea.1"],
  [4, "rc rc1 RC-2 rc.3"],
];
for (const [rank, words] of ranks) {
  Deno.test(`readSuffix() gives ${words} the rank ${rank}`, () => {
    for (const word of words.split(" ")) {
      const suffix = suffixOf(`-${word}`);
      assert.deepEqual(suffix.prerelease.map((found) => found.rank), [rank], word);
      assert.equal(suffix.flavour.length + suffix.build.length, 0, word);
    }
  });
}

Deno.test("readSuffix() takes a number attached, after a dot or as the next word", () => {
  for (const text of ["-rc1", "-rc.1", "-rc-1", ".rc1", "_rc_1", "-rc-01", "-RC-1"]) {
    assert.deepEqual(suffixOf(text).prerelease, [{ rank: 4, number: ["1"] }], text);
  }
  assert.deepEqual(suffixOf("-security-01").fix, [["1"]]);
  assert.deepEqual(suffixOf("-rc1-2").build, [{ label: "", number: ["2"] }], "a word has one number");
  assert.deepEqual(suffixOf("-rc-v2").build, [{ label: "", number: ["2"] }], "a number has no v");
});

Deno.test("readSuffix() sorts fixes", () => {
  for (const word of "security hotfix patch update p1 pl2 sp3 u4 security01 sp-3".split(" ")) {
    assert.equal(suffixOf(`-${word}`).fix.length, 1, word);
  }
  assert.deepEqual(suffixOf("-p").flavour.map(({ name }) => name), ["p"], "p is a fix only with a number");
});

Deno.test("readSuffix() sorts build words with their label and bare numbers without", () => {
  for (const label of "ls r rev build bld post".split(" ")) {
    assert.deepEqual(suffixOf(`-${label}7`).build, [{ label, number: ["7"] }]);
    assert.deepEqual(suffixOf(`-${label.toUpperCase()}7`).build, [{ label, number: ["7"] }]);
    assert.equal(suffixOf(`-${label}`).flavour.length, 1, `${label} without a number is a flavour`);
  }
  assert.deepEqual(suffixOf("-1").build, [{ label: "", number: ["1"] }]);
  assert.deepEqual(suffixOf("_v2.0.11").build, [{ label: "", number: ["2", "0", "11"] }]);
  assert.deepEqual(suffixOf("-123456").build, [{ label: "", number: ["123456"] }]);
  assert.equal(suffixOf("-1234567").build.length, 0, "seven digits are too many");
});

Deno.test("readSuffix() reads commits after a release", () => {
  const suffix = suffixOf("-63-gc1cfb68");
  assert.deepEqual([suffix.after, suffix.ids, suffix.build], [["63"], [], []]);
  assert.deepEqual(suffixOf("-rc1-63-gc1cfb68").after, ["63"]);
  assert.deepEqual(suffixOf("-rc-63-gc1cfb68").prerelease, [{ rank: 4, number: null }]);
});

Deno.test("readSuffix() tells ids, and which of them order", () => {
  const ids: Readonly<Record<string, string | null>> = {
    "7ca5933": null,
    "g7ca5933": null,
    "1234567": null,
    "12345678": null,
    "123456789": "123456789",
    "18024316531": "18024316531",
    "20250907": "20250907",
    "202509071613": "202509071613",
    ["a".repeat(40)]: null,
  };
  for (const [word, order] of Object.entries(ids)) {
    assert.deepEqual(suffixOf(`-${word}`).ids, [{ text: word, order }], word);
  }
  for (const word of ["7ca593", "a".repeat(41), "7ca593x"]) assert.deepEqual(suffixOf(`-${word}`).ids, [], word);
});

Deno.test("readSuffix() gives a flavour the bare number right after it", () => {
  assert.deepEqual(suffixOf("-debian-12").flavour, [{ name: "debian", numbers: [["12"]] }]);
  assert.deepEqual(suffixOf("-arm-v7").flavour, [{ name: "arm", numbers: [["7"]] }]);
  assert.deepEqual(suffixOf("-alpine3.20").flavour, [{ name: "alpine", numbers: [["3", "20"]] }]);
  assert.deepEqual(suffixOf("-debian-12-r5").build, [{ label: "r", number: ["5"] }]);
  assert.deepEqual(suffixOf("-debian-12-1").build, [{ label: "", number: ["1"] }], "only the one right after it");
  assert.deepEqual(suffixOf("-ubuntu-18024316531").ids.length, 1, "a long number is an id, whatever it follows");
});

Deno.test("readSuffix() counts no empty words and matches words only as a whole", () => {
  assert.deepEqual(suffixOf("--_-").flavour, []);
  assert.deepEqual(suffixOf("-hotfix.1a2b3c4").fix, []);
  assert.deepEqual(suffixOf("-rcx").flavour.map(({ name }) => name), ["rcx"]);
  assert.deepEqual(suffixOf("-cpuv1.fips").flavour.map(({ name }) => name), ["cpuv", "fips"]);
});

Deno.test("wordTable() refuses a word that is moved twice, and what is no word", () => {
  for (const moved of [{ fix: ["dev"], build: ["dev"] }, { flavour: ["a-b"] }, { flavour: [""] }]) {
    const table = wordTable(moved);
    assert.equal(table.ok ? null : table.failure.code, "policy.invalid");
  }
});
