// The seven rules of order, one by one, and the tie-breaks (loose versioning 2).
import assert from "node:assert/strict";
import { compareRanks, rankOf } from "../../../../../src/core/policy/loose/order.ts";
import { readTag } from "../../../../../src/core/policy/loose/read_tag.ts";
import { wordTable } from "../../../../../src/core/policy/loose/words.ts";
import { answerFrom, selectFrom } from "./a_rule.ts";

function compare(a: string, b: string): number {
  const table = wordTable({});
  assert.ok(table.ok);
  const [left, right] = [readTag(a, table.value), readTag(b, table.value)];
  assert.ok(left !== null && right !== null, `${a} or ${b} is no version`);
  return Math.sign(compareRanks(rankOf(left), rankOf(right)));
}

// Loose versioning 2, each rule by one rising row.
const rising: Readonly<Record<string, string>> = {
  "parts as integers": "1.2 1.9 1.10 1.37 1.37.1 2 10 99999999999999999998.0 99999999999999999999.0",
  "stage": "1.2-dev 1.2-alpha 1.2-beta 1.2-pre 1.2-rc 1.2 1.2-1-gabc1234",
  "prerelease number, none is lowest": "1.2-rc 1.2-rc0 1.2-rc1 1.2-rc9 1.2-rc10",
  "more prerelease words are higher": "1.2-rc1 1.2-rc1-dev 1.2-rc1-beta",
  "commits after, by number": "1.2 1.2-9-gabc1234 1.2-63-gab12cd3",
  "commits after a prerelease": "1.2-rc1 1.2-rc1-5-gabc1234 1.2-rc2",
  "fix: absent, present, number": "1.2 1.2-security 1.2-security-01 1.2-p2 1.2-hotfix10 1.2.1",
  "build numbers": "1.2 1.2-1 1.2-2 1.2-10",
  "build numbers from left to right": "1.2_v2.0.9-ls500 1.2_v2.0.11-ls400 1.2_v2.0.11-ls401",
  "fix before build": "1.2-r9 1.2-p1-r1",
  "system version": "1.2-alpine 1.2-alpine3.9 1.2-alpine3.20",
  "ids that order": "1.2-20240101 1.2-20250907 1.2-18024316531",
  "dates": "2025-09-07 2025-09-07T16-13-09Z 2025-09-08",
};
for (const [rule, row] of Object.entries(rising)) {
  Deno.test(`compareRanks() orders ${rule}`, () => {
    const tags = row.split(" ");
    tags.forEach((tag, at) => {
      for (const [other, lower] of tags.slice(0, at).entries()) {
        assert.equal(compare(lower, tag), -1, `${lower} < ${tag} (${other})`);
        assert.equal(compare(tag, lower), 1);
      }
      assert.equal(compare(tag, tag), 0);
    });
  });
}

Deno.test("compareRanks() takes for equal what differs in spelling only", () => {
  for (
    const [a, b] of [
      ["1.2", "1.2.0"],
      ["2025.08.0", "2025.8.0"],
      ["v1.2", "1.2"],
      ["1.2-7ca5933", "1.2-a0bc346"],
      ["1.2-7ca5933", "1.2-20250907"],
      ["1.2-ls5", "1.2-r5"],
      ["1.2-p1", "1.2-security-01"],
      ["1.2-a1", "1.2-alpha.1"],
      ["1.2-cuda", "1.2"],
      ["1.2-alpine3.20", "1.2"],
      ["1.2-alpine3.20", "1.2-debian12"],
      ["release-1.2", "1.2"],
      ["1.2-debian12.0", "1.2-debian12"],
    ] as const
  ) assert.equal(compare(a, b), 0, `${a} = ${b}`);
});

Deno.test("selectLoose() breaks ties by parts, then by the spelling of the current tag, then naturally, then by bytes", () => {
  assert.equal(answerFrom("1.2 1.2.0", null), "1.2.0");
  assert.equal(answerFrom("1.3 v1.3", "1.2"), "1.3");
  assert.equal(answerFrom("1.3 v1.3", "v1.2"), "v1.3");
  assert.equal(answerFrom("1.3-9abcdef 1.3-10abcde", "1.2-7ca5933"), "1.3-10abcde");
  assert.equal(answerFrom("1.03 1.3", "1.2"), "1.3");
});

Deno.test("selectLoose() lists candidates best first and then what is below", () => {
  const { candidates, tags } = selectFrom("1.1 1.4 1.2 1.10 1.3", "1.2");
  assert.deepEqual(candidates, ["1.10", "1.4", "1.3"]);
  assert.deepEqual(tags.map(({ tag, verdict }) => `${tag} ${verdict}`), [
    "1.10 selected",
    "1.4 candidate",
    "1.3 candidate",
    "1.2 current",
    "1.1 below",
  ]);
});
