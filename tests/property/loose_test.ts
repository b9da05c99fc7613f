// What holds for any tags and any rule under loose versioning.
import assert from "node:assert/strict";
import fc from "fast-check";
import { compareRanks, rankOf, sortKey } from "../../src/core/policy/loose/order.ts";
import { readTag } from "../../src/core/policy/loose/read_tag.ts";
import type { LooseRule } from "../../src/core/policy/loose/rule.ts";
import { selectLoose } from "../../src/core/policy/loose/select.ts";
import type { LooseSelection } from "../../src/core/policy/loose/selection.ts";
import { wordTable } from "../../src/core/policy/loose/words.ts";
import { aRule } from "../unit/core/policy/loose/a_rule.ts";

const words = wordTable({});
assert.ok(words.ok);
const table = words.value;

const small = fc.integer({ min: 0, max: 3 }).map(String);
const number = fc.oneof(small, fc.constantFrom("10", "08", "0012", "99999999999999999999", "20250907", "1700000000"));
const core = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.oneof({ weight: 5, arbitrary: small }, number), { minLength: 1, maxLength: 4 }).map((
      parts,
    ) => parts.join(".")),
  },
  fc.constantFrom("2025-09-07", "2025-09-08T10-11", "20250907", "202509071613"),
);
const word = fc.oneof(
  fc.constantFrom("rc", "rc1", "rc.2", "beta", "dev", "alpha3", "b2", "security-01", "p2", "hotfix"),
  fc.constantFrom("1", "2", "ls5", "ls99", "r1", "v2.0", "7ca5933", "a0bc346", "20250907", "123456789", "9-gabc1234"),
  fc.constantFrom("alpine", "alpine3.19", "alpine3.20", "debian-12", "cuda", "cuda12", "slim", "windows"),
);
const tagLike = fc.tuple(
  fc.constantFrom("", "", "", "v", "release-", "RELEASE.", "nightly-", "pr-", "amd64-"),
  core,
  fc.array(fc.tuple(fc.constantFrom("-", "-", "_", "."), word).map((pair) => pair.join("")), { maxLength: 2 }),
).map(([prefix, version, rest]) => prefix + version + rest.join(""));
const noise = fc.constantFrom("latest", "stable", "main", "sha-7ca5933", "sha256-abc.sig", "", "nightly");
const tag = fc.oneof({ weight: 8, arbitrary: tagLike }, noise);
const tags = fc.array(tag, { maxLength: 25 });
const current = fc.option(tag, { nil: null });
const rule = fc.record({
  kind: fc.constantFrom("semver" as const, "semver" as const, "alphabetical" as const, "numerical" as const),
  range: fc.constantFrom(null, null, "*", ">=1", "<2 || >=3", "^1.0-0", "~1.2", ">=1.0-rc.1", "!=2"),
  prerelease: fc.constantFrom(null, true, false),
  allowDowngrade: fc.boolean(),
  order: fc.constantFrom("asc" as const, "desc" as const),
  filter: fc.constantFrom(null, null, "[0-9]", "^v?[0-9.]+"),
  extract: fc.constantFrom(null, null, "$0"),
}).map((changes): LooseRule => aRule({ ...changes, extract: changes.filter === null ? null : changes.extract }));

function select(list: readonly string[], by: LooseRule, held: string | null): LooseSelection {
  const selection = selectLoose(list, by, held);
  assert.ok(selection.ok);
  return selection.value;
}

Deno.test("selectLoose() answers the same whatever the order and repetition of the tags", () => {
  fc.assert(
    fc.property(tags, rule, current, fc.infiniteStream(fc.nat()), (list, by, held, chance) => {
      const shuffled = [...list, ...list.slice(0, 5)]
        .map((tag) => ({ tag, key: chance.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ tag }) => tag);
      assert.deepEqual(select(shuffled, by, held), select(list, by, held));
    }),
    { numRuns: 500 },
  );
});

Deno.test("selectLoose() answers `current` when it is asked again from its own answer", () => {
  fc.assert(
    fc.property(tags, rule, current, (list, by, held) => {
      const { selected } = select(list, by, held);
      if (selected === null) return;
      const again = select(list, by, selected);
      assert.equal(again.selected, selected);
      assert.ok(by.allowDowngrade || again.candidates.length === 0);
    }),
    { numRuns: 500 },
  );
});

Deno.test("selectLoose() never goes below the current tag unless the policy allows it", () => {
  fc.assert(
    fc.property(tags, rule, tagLike, (list, by, held) => {
      const { selected, candidates } = select(list, {
        ...by,
        kind: "semver",
        filter: null,
        extract: null,
        allowDowngrade: false,
      }, held);
      const from = readTag(held, table);
      if (from === null) return;
      for (const tag of candidates) {
        const to = readTag(tag, table);
        assert.ok(to !== null && compareRanks(rankOf(to), rankOf(from)) > 0, `${held} to ${tag}`);
      }
      assert.equal(selected, candidates[0] ?? held);
    }),
    { numRuns: 500 },
  );
});

Deno.test("selectLoose() tells each distinct tag once and agrees with itself", () => {
  fc.assert(
    fc.property(tags, rule, current, (list, by, held) => {
      const { tags: told, candidates, selected } = select(list, by, held);
      assert.deepEqual(told.map(({ tag }) => tag).sort(), [...new Set(list)].filter((tag) => tag !== "").sort());
      assert.deepEqual(
        told.filter(({ reason }) => reason === "selected" || reason === "lower").map(({ tag }) => tag),
        candidates,
      );
      assert.ok(candidates.length === 0 || candidates[0] === selected);
      assert.ok(selected === null || selected === held || candidates.includes(selected));
    }),
    { numRuns: 500 },
  );
});

Deno.test("compareRanks() is antisymmetric, and sortKey() agrees where both sides have the same kinds of words", () => {
  fc.assert(
    fc.property(tagLike, tagLike, (a, b) => {
      const [left, right] = [readTag(a, table), readTag(b, table)];
      if (left === null || right === null) return;
      const [x, y] = [rankOf(left), rankOf(right)];
      const forth = Math.sign(compareRanks(x, y));
      assert.equal(forth + Math.sign(compareRanks(y, x)), 0, `${a} ${b}`);
      const kinds = ({ systems, ids }: typeof x): string => [...systems.map(({ name }) => name), ids.length].join();
      if (kinds(x) !== kinds(y)) return;
      assert.equal(sortKey(x) < sortKey(y) ? -1 : sortKey(x) > sortKey(y) ? 1 : 0, forth, `${a} ${b}`);
    }),
    { numRuns: 500 },
  );
});

Deno.test("compareRanks() is transitive between tags of one shape", () => {
  fc.assert(
    fc.property(
      fc.tuple(core, core, core),
      fc.constantFrom("", "-rc1", "-ls5", "-alpine3.20", "-20250907"),
      (cores, rest) => {
        const ranks = cores.flatMap((text) => {
          const reading = readTag(text + rest, table);
          return reading === null ? [] : [rankOf(reading)];
        });
        const [a, b, c] = ranks;
        if (a === undefined || b === undefined || c === undefined) return;
        if (compareRanks(a, b) >= 0 && compareRanks(b, c) >= 0) assert.ok(compareRanks(a, c) >= 0);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("readTag() reads any text without throwing, in the same parts when read again", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200, unit: "binary" }),
    fc.stringMatching(/^[0-9a-fgvrc.+_-]{0,128}$/),
    tagLike,
  );
  fc.assert(
    fc.property(text, (any) => {
      const reading = readTag(any, table);
      if (reading === null) return;
      assert.ok(any.startsWith(reading.prefix));
      for (const part of reading.parts) assert.match(part, /^(0|[1-9][0-9]*)$/);
    }),
    { numRuns: 500 },
  );
});

Deno.test("selectLoose() takes any text for a range and a filter: it understands it or says that it does not", () => {
  const piece = fc.constantFrom(
    ">=",
    "<",
    "1",
    "1.2",
    " ",
    ",",
    "||",
    "-",
    "x",
    "*",
    "rc.1",
    "0",
    "~",
    "^",
    "=",
    "!=",
    "v",
  );
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, text, (range, filter) => {
      const selection = selectLoose(["1.2", "1.3-rc1"], aRule({ range, filter }), "1.2");
      if (!selection.ok) assert.match(selection.failure.code, /^policy\.invalid/);
    }),
    { numRuns: 500 },
  );
});
