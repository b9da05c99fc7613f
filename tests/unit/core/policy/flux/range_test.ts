// Ranges as Masterminds reads them: the grammar, each form, the prerelease rule (Flux semantics 1.4, "Range grammar").
import assert from "node:assert/strict";
import { parseVersion } from "../../../../../src/core/policy/flux/parse_version.ts";
import { askRange, parseRange } from "../../../../../src/core/policy/flux/range.ts";

function asked(range: string, tags: string): string {
  const parsed = parseRange(range);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.failure.message);
  return tags.split(" ").map((tag) => {
    const version = parseVersion(tag);
    assert.ok(version !== null, tag);
    return askRange(parsed.value, version) ?? "taken";
  }).join(" ");
}

/** `left` are out of the range; `prereleases` are in it but for being prereleases. */
function takes(range: string, taken: string, left: string, prereleases = ""): void {
  for (const [tags, word] of [[taken, "taken"], [left, "range"], [prereleases, "prerelease"]] as const) {
    if (tags !== "") assert.equal(asked(range, tags), tags.replace(/\S+/g, word), `${range}: ${tags} ${word}`);
  }
}

Deno.test("parseRange() refuses what the library refuses", () => {
  const refused = [
    [
      "",
      " ",
      "||",
      "1.x ||",
      "|| 1.x",
      "1 || || 2",
      "1,",
      ",1",
      "1,,2",
      "1 , , 2",
      "|",
      "1|2",
      "==1",
      "~=1",
      "! =1",
      "> =1",
    ],
    [">=1.0.0<2.0.0", "1.0.0 -2.0.0", "1.0.0- 2.0.0", "[1.0,2.0)", "(1,2)", "latest", "^", ">=", "1.2.3.4", "1.2.3.x"],
    ["xx", "1.xx", "V1", "=v v1", "1.0.0-rc.01", "1.2.3-", "1..2", "a", "=>=1", "<>1", "!1", "18446744073709551616"],
    ["1 - 2 - 3", ">1 - 2", "1 - 2||3 - 4", "1 ||2 - 3", "1\u00a02", "1.0.0\v", ">=1.0 && <2", "1;2", "~>>1"],
  ].flat();
  for (const range of refused) {
    const parsed = parseRange(range);
    assert.ok(!parsed.ok && parsed.failure.code === "policy.invalid" && parsed.failure.cure !== undefined, range);
  }
});

Deno.test("parseRange() keeps the library's limits of 512 characters and 32 alternatives", () => {
  assert.ok(parseRange("1".padEnd(512)).ok);
  assert.ok(!parseRange("1".padEnd(513)).ok);
  assert.ok(parseRange(Array(32).fill("1").join("||")).ok);
  assert.ok(!parseRange(Array(33).fill("1").join("||")).ok);
});

Deno.test("parseRange() ands by blanks and commas, and takes blanks after an operator", () => {
  for (const range of [">=1.0.0 <2.0.0", ">=1.0.0,<2.0.0", ">= 1.0.0 , < 2.0.0", " >=v1\t<2.0.0\n", "=>1   <2"]) {
    takes(range, "1.0.0 1.9.9", "0.9.9 2.0.0");
  }
  takes(">1 =<3 !=3.0.0", "2.0.0 3.9.9", "1.9.9 3.0.0 4.0.0");
});

Deno.test("askRange() takes everything but prereleases for * and x", () => {
  for (const range of ["*", "x", "X", "v*", "=*", "~*", "*.3", "x.1.2"]) takes(range, "0.0.0 1.2.3", "", "1.2.3-rc.1");
});

Deno.test("askRange() takes one version, metadata ignored", () => {
  for (const range of ["1.2.3", "=1.2.3", "v1.2.3", "=v1.2.3", "1.2.3+b"]) {
    takes(range, "1.2.3 v1.2.3+a", "1.2.4 1.2.2", "");
  }
});

Deno.test("askRange() takes a line for a partial version", () => {
  for (const range of ["1.2", "=1.2", "1.2.x", "1.2.*", "~1.2", "~1.2.X", "~>1.2"]) {
    takes(range, "1.2.0 1.2.9", "1.1.9 1.3.0");
  }
  for (const range of ["1", "1.x", "1.x.3", "~1", "~1.x", "~>1"]) takes(range, "1.0.0 1.9.9", "0.9.9 2.0.0");
});

Deno.test("askRange() takes ~ up to the next minor", () => {
  for (const range of ["~1.2.3", "~>1.2.3"]) takes(range, "1.2.3 1.2.9", "1.2.2 1.3.0 2.2.3");
  takes("~0.0.0", "0.0.0 0.1.0 9.9.9", "");
  takes("~0", "0.0.0 0.9.9", "1.0.0");
  takes("~0.0", "0.0.9", "0.1.0");
});

Deno.test("askRange() takes ^ up to the first part that is not zero", () => {
  takes("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0");
  takes("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0 1.2.3");
  takes("^0.0.3", "0.0.3", "0.0.2 0.0.4 0.1.3");
  takes("^0.0", "0.0.0 0.0.9", "0.1.0");
  takes("^0", "0.0.0 0.9.9", "1.0.0");
  takes("^1", "1.0.0 1.9.9", "0.9.9 2.0.0");
  takes("^0.2", "0.2.0 0.2.9", "0.1.9 0.3.0");
});

Deno.test("askRange() compares with > and < as the library does", () => {
  takes(">1.2", "1.3.0 2.0.0", "1.2.0 1.2.9 1.1.0");
  takes(">11", "12.0.0", "11.0.0 11.1.0 10.0.0");
  takes(">1.2.3", "1.2.4", "1.2.3");
  takes(">=1.2", "1.2.0 3.0.0", "1.1.9");
  for (const range of ["<1.2", "<1.2.x"]) takes(range, "1.1.9 0.0.0", "1.2.0");
  for (const range of ["<=1.2", "=<1.2.x"]) takes(range, "1.2.0 1.2.9 1.1.99", "1.3.0 2.0.0");
  takes("<=1", "1.9.9 0.0.0", "2.0.0");
  takes("<=1.2.3", "1.2.3", "1.2.4");
});

Deno.test("askRange() leaves out a version or a line with !=", () => {
  takes("!=1.2.3", "1.2.4", "1.2.3 v1.2.3+a");
  takes("!=1.2", "1.3.0 1.1.9 2.2.0", "1.2.0 1.2.9");
  takes("!=1.x", "2.0.0 0.1.0", "1.0.0 1.9.9");
  takes("!=4.1-alpha", "4.1.0 4.1.9 4.1.0-beta", "4.1.0-alpha 4.1.7-alpha");
});

Deno.test("askRange() takes both ends of a hyphen range", () => {
  takes("1 - 2", "1.0.0 2.0.0 2.9.9", "0.9.9 3.0.0");
  takes("1.2.0 - 2.3.4", "1.2.0 2.3.4", "1.1.9 2.3.5");
  takes("1 - 2 || 4 - 5", "1.0.0 2.9.9 4.0.0 5.9.9", "3.0.0 6.0.0");
  takes("1.0.0-2.0.0", "1.0.0-2.0.0", "1.0.0 2.0.0");
  // The library reads "||2" into the second bound of the text that it replaces.
  takes("1||2 - 3", "1.0.0 5.0.0 2.0.0", "0.9.0");
});

Deno.test("askRange() reads an open first part as zero where the library does", () => {
  takes("^*", "0.0.0", "0.0.1 1.0.0");
  takes("<=*", "0.0.0 0.0.9", "0.1.0 1.0.0");
  takes(">*", "0.0.1 1.0.0", "0.0.0");
  takes("!=*", "0.0.1 1.0.0", "0.0.0");
});

Deno.test("askRange() admits prereleases to a whole group once one bound has one", () => {
  takes(">=1.0.0", "1.0.0", "1.0.0-rc.1", "1.5.0-alpha");
  takes(">=1.0.0-0 <2.0.0", "1.5.0-alpha 1.0.0-0 2.0.0-rc.1", "2.0.0 0.9.0-rc.1");
  takes(">=1.9.9-0 <2.0.0", "2.0.0-rc.1 1.9.9-rc.1", "2.0.0");
  takes(">=1.9.9-0 <2.0.0-0", "1.9.9", "2.0.0-rc.1");
  takes(">=1.0.0 <2.0.0-0", "1.5.0-alpha", "2.0.0-alpha");
  takes("^1.x-0", "1.0.0-0 1.9.9-rc.1", "2.0.0-rc.1");
  takes("3.12.*-0", "3.12.0-rc1 3.12.9-1 3.12.0", "3.13.0-rc1");
  takes("*-0", "0.0.0-0 9.9.9-rc.1 1.0.0", "");
});

Deno.test("askRange() decides on prereleases for each alternative", () => {
  takes(">=3.0.0-0 || 1.x", "3.0.0-rc.1 1.0.0", "2.0.0", "1.5.0-rc.1");
});
