// Tags, ranges, patterns and templates: any text is understood or refused, whatever the order of the list.
import assert from "node:assert/strict";
import { compilePattern, compileTemplate, matchesPattern } from "../../src/core/model/pattern.ts";
import { compareRanks, rankOf, sortKey } from "../../src/core/policy/loose/order.ts";
import { readTag } from "../../src/core/policy/loose/read_tag.ts";
import { selectLoose } from "../../src/core/policy/loose/select.ts";
import type { LooseSelection } from "../../src/core/policy/loose/selection.ts";
import { wordTable } from "../../src/core/policy/loose/words.ts";
import { aRule } from "../unit/core/policy/loose/a_rule.ts";
import type { Chance } from "./chance.ts";
import type { FuzzTarget } from "./target.ts";

const tagWords =
  "v V . - _ + 1 0 08 1.2 1.2.3 2025-09-07 20250907T10 20250907 7ca5933 1700000000 rc rc1 -rc.2 beta b2 dev alpine -alpine3.20 -debian-12 -ls99 -r1 security-01 9-gabc1234 g1234567 release- RELEASE. nightly sha256- latest Z T16-13-09"
    .split(" ");
const tagSeeds = [
  "v2.5.0-rc.1-cuda",
  "RELEASE.2025-09-07T16-13-09Z.fips",
  "v2024.10.22-7ca5933",
  "amd64-4.9.3.0-ls12",
  "2026.4.0.dev202603010225",
  "12.4.0-18024316531-ubuntu",
  "14-vectorchord0.4.3",
  "1.2.3+build.5",
];

const table = wordTable({});
assert.ok(table.ok);
const words = table.value;

/** One tag a line. */
export const tagReading: FuzzTarget = {
  name: "tags",
  seeds: [...tagSeeds, tagSeeds.join("\n")],
  words: tagWords,
  longest: 1024,
  check: (text) => {
    const readings = text.split("\n").flatMap((tag) => readTag(tag, words) ?? []).slice(0, 20);
    for (const reading of readings) {
      assert.ok(text.includes(reading.prefix));
      for (const part of reading.parts) assert.match(part, /^(0|[1-9][0-9]*)$/);
      for (const other of readings) {
        const [one, two] = [rankOf(reading), rankOf(other)];
        assert.equal(Math.sign(compareRanks(one, two)) + Math.sign(compareRanks(two, one)), 0);
        assert.equal(compareRanks(one, two) === 0 || sortKey(one) !== sortKey(two), true);
      }
    }
  },
};

/** Lines: range, filter, extract, current tag, then tags. */
export const selection: FuzzTarget = {
  name: "selection",
  seeds: [
    [">=1.0 <3", "", "", "1.2.3", ...tagSeeds, "1.3.0", "1.2.3"].join("\n"),
    ["^1.0-0 || 2.x", "^v?([0-9.]+)", "$1", "v1.2", "v1.3", "1.3", "2.0", "v1.4-rc1"].join("\n"),
    ["1.2 - 1.9, !=1.5", "^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "${ts}", "", "main-1a2b3c4-17", "main-7ca5933-18"].join(
      "\n",
    ),
    ["~1.2", "^release$", "", "release", "release", "1.0"].join("\n"),
  ],
  words: [...tagWords, ..."\n >= <= != ~ ^ || , x * -0 .* ^ $ (?i) ( ) [0-9]+ $0 $1 ${x} \\d".split(" ")],
  longest: 2048,
  check: (text, chance) => {
    const [range = "", filter = "", extract = "", current = "", ...tags] = text.split("\n");
    const by = aRule({
      kind: chance.pick(["semver", "semver", "alphabetical", "numerical"]),
      range,
      filter,
      extract,
      prerelease: chance.pick([null, null, true, false]),
      allowDowngrade: chance.below(4) === 0,
      order: chance.pick(["asc", "desc"]),
    });
    const answer = selectLoose(tags, by, current);
    if (!answer.ok) {
      assert.match(answer.failure.code, /^policy\.invalid/);
      return;
    }
    assert.deepEqual(selectLoose(shuffled([...tags, ...tags.slice(0, 3)], chance), by, current), answer);
    agrees(answer.value, tags);
    const { selected } = answer.value;
    if (selected === null) return;
    const again = selectLoose(tags, by, selected);
    // A tag with "@" in it is read without it, so it is not the one that was chosen.
    if (!selected.includes("@")) {
      assert.equal(again.ok && again.value.selected, selected, "another answer from its own");
    }
  },
};

function agrees({ tags: told, candidates, selected }: LooseSelection, tags: readonly string[]): void {
  assert.deepEqual(told.map(({ tag }) => tag).sort(), [...new Set(tags)].filter((tag) => tag !== "").sort());
  assert.ok(candidates.length === 0 || candidates[0] === selected);
}

function shuffled(tags: readonly string[], chance: Chance): readonly string[] {
  const left = [...tags];
  const mixed: string[] = [];
  while (left.length > 0) mixed.push(...left.splice(chance.below(left.length), 1));
  return mixed;
}

/** Lines: pattern, template, then texts to search. */
export const patterns: FuzzTarget = {
  name: "patterns",
  seeds: [
    ["^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "$ts", "main-1a2b3c4-17", "main"].join("\n"),
    ["^(?P<n>a+)|(?P<n>b{2,3})[^c-]*$", "${n}-$1$$", "aab", "bbx"].join("\n"),
    ["(?i)^v?(\\d+)\\.(\\d+)(-[[:alpha:]]+)?\\z", "$1.$2$3", "V1.2-rc", "1.2"].join("\n"),
    ["^(.*)-\\Qa.b\\E\\x{41}[\\d.-]*$", "$1", "x-a.bA1-", "-a.bA"].join("\n"),
  ],
  words: [
    ..."( (?: (?P<n> (?<m> (?i) (?s) ) [ ] [^ [a-z] [[:alpha:]] \\d \\w \\b \\Q \\E \\pL \\x{41} . .* .+ ? *? {2} {1,3} {1000} | ^ $ $0 $1 ${n} $$ (a*)* (a|a)*"
      .split(" "),
    "\n",
    "a".repeat(30),
  ],
  longest: 1500,
  check: (text) => {
    const [source = "", template = "", ...texts] = text.split("\n");
    const pattern = compilePattern(source);
    if (!pattern.ok) return assert.equal(pattern.failure.code, "policy.invalid_filter");
    const { plain, compiled } = pattern.value;
    const expand = compileTemplate(pattern.value, template);
    for (const subject of [...texts, (texts[0] ?? "").repeat(20).slice(0, 1000), "a".repeat(1000)]) {
      const found = matchesPattern(pattern.value, subject);
      assert.equal(expand(subject) !== null, found, "matching and expanding disagree");
      if (plain === null || /[^\0-\x7f]/.test(subject)) continue;
      const matcher = compiled.matcher(subject);
      const groups = matcher.find()
        ? Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at))
        : null;
      const own = plain.exec(subject);
      assert.deepEqual(
        own === null ? null : Array.from(own, (it) => it ?? null),
        groups?.map((it) => it ?? null) ?? null,
      );
    }
  },
};
