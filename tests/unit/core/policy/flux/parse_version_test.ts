// Which texts are versions to Flux, and their order (Flux semantics 1.4, "Which tags count" and "Ordering").
import assert from "node:assert/strict";
import { compareVersions } from "../../../../../src/core/policy/flux/compare_version.ts";
import { parseLooseVersion, parseVersion } from "../../../../../src/core/policy/flux/parse_version.ts";

function compare(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  assert.ok(left !== null && right !== null, `${a} and ${b} are versions`);
  return compareVersions(left, right);
}

Deno.test("parseVersion() takes three parts, with v, leading zeros, prerelease and metadata", () => {
  const texts = [
    "1.2.3",
    "v1.2.3",
    "0.0.0",
    "2025.09.07",
    "01.002.0003",
    "1.2.3-rc.1",
    "1.2.3-0abc",
    "1.2.3--",
    "1.2.3+01.b",
  ];
  for (const text of [...texts, "1.2.3-a.b-c+d.e-f", "1.2.18446744073709551615", "1.0.9007199254740993", "1.2.3-99"]) {
    assert.notEqual(parseVersion(text), null, text);
  }
});

Deno.test("parseVersion() takes two dots anywhere for three pieces, and coerces", () => {
  const rows = [["1.2-rc.1", "1.2.0-rc.1"], ["1-alpha.1.2", "1.0.0-alpha.1.2"], ["1.2+build.5", "1.2.0+build.5"]];
  for (const [text = "", meaning = ""] of rows) assert.equal(compare(text, meaning), 0, text);
});

Deno.test("parseVersion() takes nothing else", () => {
  const texts = [
    ["1", "1.2", "v1.37", "1.2.3.4", "1.2.3.4.5", "", "v", "latest", "1.2.", "1..3", ".1.2", "1.2.3.", "1.2-rc1"],
    ["V1.2.3", "vv1.2.3", "=1.2.3", " 1.2.3", "1.2.3 ", "1.2.3\n", "v 1.2.3", "1.x.3", "-1.2.3", "1.2.3_4"],
    [
      "1.2.3-",
      "1.2.3+",
      "1.2.3-a..b",
      "1.2.3-a.",
      "1.2.3+a+b",
      "1.2.3-a_b",
      "1.2.3-rc.01",
      "1.2.3-0012345",
      "1.2.3-00",
    ],
    ["18446744073709551616.0.0", "1.2.99999999999999999999", "1.2.3-é", "١.٢.٣", `1.2.3-${"a".repeat(251)}`],
  ].flat();
  for (const text of texts) assert.equal(parseVersion(text), null, text);
});

Deno.test("parseVersion() takes 256 characters and no more", () => {
  assert.notEqual(parseVersion(`1.2.3-${"a".repeat(250)}`), null);
});

Deno.test("parseLooseVersion() takes one and two parts for a bound", () => {
  for (const text of ["1", "v1.2", "1-0", "1.2-rc.1+b"]) assert.notEqual(parseLooseVersion(text), null, text);
});

Deno.test("compareVersions() orders as semantic versioning does, over 64 bits", () => {
  const ascending = [
    ["0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-18446744073709551615"],
    // Too large for 64 bits: text, and so above any number; `-99` is text too, and bytes decide.
    ["1.0.0--99", "1.0.0-103x", "1.0.0-18446744073709551616", "1.0.0-63-gabc", "1.0.0-9-gabc", "1.0.0-99x"],
    ["1.0.0-RC", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta", "1.0.0-alpha1", "1.0.0-beta"],
    ["1.0.0-ls132", "1.0.0-ls99", "1.0.0-rc.9", "1.0.0-rc.10", "1.0.0-rc10", "1.0.0-rc9", "1.0.0", "1.0.1"],
    ["1.0.9007199254740992", "1.0.9007199254740993", "1.0.18446744073709551615", "1.2.0", "1.10.0", "2.0.0", "10.0.0"],
  ].flat();
  ascending.forEach((lower, at) => {
    for (const higher of ascending.slice(at + 1)) {
      assert.ok(compare(lower, higher) < 0, `${lower} is below ${higher}`);
      assert.ok(compare(higher, lower) > 0, `${higher} is above ${lower}`);
    }
  });
});

Deno.test("compareVersions() finds versions equal that differ in v, zeros or metadata", () => {
  const rows = [["1.0.0", "v1.0.0"], ["2025.09.07", "2025.9.7"], ["1.0.0+a", "1.0.0+b"], [
    "1.0.0-rc.1+a",
    "v01.0.0-rc.1",
  ]];
  for (const [a = "", b = ""] of rows) assert.equal(compare(a, b), 0, `${a} ${b}`);
});
