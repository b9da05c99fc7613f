// What holds for any tags and any rule under Flux's versions.
import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePattern, compileTemplate } from "../../src/core/model/pattern.ts";
import { compareVersions } from "../../src/core/policy/flux/compare_version.ts";
import { parseFloat64 } from "../../src/core/policy/flux/parse_float.ts";
import { type FluxVersion, parseVersion } from "../../src/core/policy/flux/parse_version.ts";
import { askRange, parseRange } from "../../src/core/policy/flux/range.ts";
import type { FluxRule } from "../../src/core/policy/flux/rule.ts";
import { type FluxFindings } from "../../src/core/policy/flux/select.ts";
import { findingsOf } from "../unit/core/policy/flux/a_flux_rule.ts";

const small = fc.integer({ min: 0, max: 3 });
const identifier = fc.constantFrom("0", "1", "10", "rc", "rc9", "rc10", "-99", "alpha", "18446744073709551616");
const prerelease = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((parts) => `-${parts.join(".")}`);
const number = fc.oneof(
  { weight: 6, arbitrary: small.map(String) },
  fc.constantFrom("10", "08", "18446744073709551615"),
);
const versionText = fc.tuple(
  fc.constantFrom("", "", "v"),
  fc.tuple(number, number, number).map((parts) => parts.join(".")),
  fc.oneof(fc.constant(""), prerelease),
  fc.constantFrom("", "", "+b"),
).map((parts) => parts.join(""));
const tag = fc.oneof(
  { weight: 5, arbitrary: versionText },
  fc.constantFrom("latest", "1", "1.2", "1.2.3.4", "1.0", "01", "1e1", "inf", "nan", "1.0.0.sig", "main-abc-17"),
);
const tags = fc.array(tag, { maxLength: 25 });
const current = fc.option(tag, { nil: null });
const rule: fc.Arbitrary<Partial<FluxRule>> = fc.record({
  kind: fc.constantFrom("semver" as const, "semver" as const, "alphabetical" as const, "numerical" as const),
  range: fc.constantFrom("*", "*-0", ">=1", "<2 || >=3", "^1.0-0", "~1.2", "!=2", "1 - 2"),
  order: fc.constantFrom("asc", "desc"),
  filter: fc.constantFrom(null, null, ".*", "^v?[0-9.]+$", "^v?(?P<v>[0-9]+)", "(?i)[0-9]"),
  extract: fc.constantFrom(null, null, "$v", "$0"),
  exclusions: fc.constantFrom([], ["^.*\\.sig$"]),
  skip: fc.constantFrom([], ["1", "1.0.0"]),
});

function parsed(text: string): FluxVersion {
  const version = parseVersion(text);
  assert.ok(version !== null, text);
  return version;
}

function isTaken(range: string, version: string): boolean {
  const read = parseRange(range);
  assert.ok(read.ok, range);
  return askRange(read.value, parsed(version)) === null;
}

Deno.test("explainFlux() answers the same whatever the order and repetition of the tags", () => {
  fc.assert(
    fc.property(tags, rule, current, fc.infiniteStream(fc.nat()), (list, by, held, chance) => {
      const shuffled = [...list, ...list.slice(0, 5)]
        .map((one) => [chance.next().value ?? 0, one] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, one]) => one);
      assert.deepEqual(findingsOf(shuffled, by, held), findingsOf(list, by, held));
    }),
  );
});

Deno.test("explainFlux() gives each tag one reason, and only one is the answer", () => {
  fc.assert(
    fc.property(tags, rule, current, (list, by, held) => {
      const { selection, failure }: FluxFindings = findingsOf(list, by, held);
      assert.deepEqual(selection.tags.map((one) => one.tag).toSorted(), [...new Set(list)].toSorted());
      const chosen = selection.tags.filter(({ reason }) => reason === "selected").map((one) => one.tag);
      assert.deepEqual(chosen, selection.selected === null ? [] : [selection.selected]);
      assert.equal(selection.candidates[0] ?? null, selection.selected);
      if (failure !== null) assert.equal(selection.selected, null);
    }),
  );
});

Deno.test("explainFlux() does not let the tag in the file change the answer", () => {
  fc.assert(
    fc.property(tags, rule, current, (list, by, held) => {
      const [one, other] = [findingsOf(list, by, held).selection, findingsOf(list, by, null).selection];
      assert.deepEqual(one.candidates, other.candidates);
    }),
  );
});

Deno.test("compareVersions() is a total preorder", () => {
  fc.assert(
    fc.property(versionText, versionText, versionText, (a, b, c) => {
      const [x, y, z] = [parsed(a), parsed(b), parsed(c)];
      assert.equal(compareVersions(x, x), 0);
      assert.equal(compareVersions(x, y), 0 - compareVersions(y, x));
      if (compareVersions(x, y) <= 0 && compareVersions(y, z) <= 0) assert.ok(compareVersions(x, z) <= 0);
    }),
  );
});

Deno.test("compareVersions() orders numbers as integers", () => {
  const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const order = compareVersions(parsed(`1.0.${a}`), parsed(`1.0.${b}`));
      assert.equal(order, a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

Deno.test("askRange() reads ~, ^ and partial versions as their documented expansion", () => {
  fc.assert(
    fc.property(small, small, small, versionText, (major, minor, patch, version) => {
      const [m1, n1, p1] = [major + 1, minor + 1, patch + 1];
      const full = `${major}.${minor}.${patch}`;
      const caret = major > 0 ? `<${m1}.0.0` : minor > 0 ? `<0.${n1}.0` : `<0.0.${p1}`;
      const rows: readonly (readonly [string, string])[] = [
        [`${major}`, `>=${major}.0.0 <${m1}.0.0`],
        [`${major}.${minor}`, `>=${major}.${minor}.0 <${major}.${n1}.0`],
        [`~${major}.x`, `>=${major}.0.0 <${m1}.0.0`],
        [`^${full}`, `>=${full} ${caret}`],
        [`^${major}.${minor}`, major > 0 ? `>=${major}.${minor}.0 <${m1}.0.0` : `>=0.${minor}.0 <0.${n1}.0`],
        [`^${major}`, `>=${major}.0.0 <${m1}.0.0`],
        [`>${major}.${minor}`, `>=${major}.${n1}.0`],
        [`>${major}`, `>=${m1}.0.0`],
        [`<=${major}.${minor}`, `<${major}.${n1}.0`],
        [`<${major}.${minor}.x`, `<${major}.${minor}.0`],
        [`${major} - ${m1}.${minor}`, `>=${major}.0.0 <${m1}.${n1}.0`],
        [`!=${major}.${minor}`, `<${major}.${minor}.0 || >=${major}.${n1}.0`],
        ...(full === "0.0.0" ? [] : [[`~${full}`, `>=${full} <${major}.${n1}.0`] as const]),
      ];
      for (const [range, meaning] of rows) {
        assert.equal(isTaken(range, version), isTaken(meaning, version), `${range} and ${meaning} on ${version}`);
      }
    }),
  );
});

Deno.test("askRange() takes a prerelease only where a bound of its alternative has one", () => {
  fc.assert(
    fc.property(versionText, small, (version, major) => {
      const isPrerelease = parsed(version).prerelease !== "";
      const plain = isTaken(`>=${major}.0.0`, version);
      if (isPrerelease) assert.equal(plain, false);
      else assert.equal(plain, isTaken(`>=${major}.0.0-0`, version));
      assert.equal(isTaken(`>=${major}.0.0 || <0.0.0-0`, version), plain);
    }),
  );
});

Deno.test("parseRange() never throws, and ends soon on any text", () => {
  const piece = fc.constantFrom(
    "1",
    "x",
    "*",
    "|",
    "||",
    " ",
    ",",
    ".",
    "-",
    "+",
    ">=",
    "<",
    "=",
    "~",
    "^",
    "!",
    "v",
    "a",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 500 }).map((pieces) => pieces.join("")), (text) => {
      const range = parseRange(text);
      assert.ok(range.ok || range.failure.code === "policy.invalid");
    }),
  );
});

Deno.test("parseFloat64() reads what JavaScript prints of a number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => assert.equal(parseFloat64(String(value)), value + 0)));
});

Deno.test("compileTemplate() expands alike on both engines", () => {
  const atom = fc.constantFrom("\\d", "\\w", "[a-z]", "[^a]", ".", "\\.", "-", "a", "1", "v", "[0-9.]");
  const turns = fc.constantFrom("", "", "+", "*", "?", "+?", "{2}", "{1,2}", "??");
  const sequence = fc.array(fc.tuple(atom, turns).map((pair) => pair.join("")), { minLength: 1, maxLength: 4 })
    .map((atoms) => atoms.join(""));
  const group = fc.tuple(sequence, sequence, fc.constantFrom("", "?", "??")).map(([a, b, turn]) =>
    `(${a}|${b})${turn}`
  );
  const source = fc.tuple(fc.constantFrom("^", ""), sequence, fc.oneof(group, sequence), fc.constantFrom("$", ""))
    .map((parts) => parts.join(""));
  const text = fc.string({ unit: fc.constantFrom(..."aabv11.-"), maxLength: 8 });
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 5, maxLength: 5 }), (pattern, texts) => {
      const compiled = compilePattern(pattern);
      assert.ok(compiled.ok, pattern);
      fc.pre(compiled.value.plain !== null);
      const [quick, slow] = [compiled.value, { ...compiled.value, plain: null }].map((one) =>
        compileTemplate(one, "$0|$1")
      );
      for (const one of texts) assert.equal(quick?.(one), slow?.(one), `${pattern} on ${one}`);
    }),
    { numRuns: 300 },
  );
});
