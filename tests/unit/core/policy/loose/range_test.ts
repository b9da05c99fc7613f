// Ranges over any number of parts, each form with its edges (loose versioning 3).
import assert from "node:assert/strict";
import { compileLoose } from "../../../../../src/core/policy/loose/rule.ts";
import { aRule, reasonsFrom } from "./a_rule.ts";

/** The reason is the range's or none of its business: `range`, `prerelease`, or `taken`. No current tag, one shape. */
function askedOf(range: string, tags: string, prerelease: boolean | null = null): string {
  return tags.split(" ").map((tag) => {
    const reason = reasonsFrom(tag, null, { range, prerelease })[tag];
    return reason === "selected" ? "taken" : reason;
  }).join(" ");
}

function takes(range: string, taken: string, left: string, prerelease: boolean | null = null): void {
  if (taken !== "") {
    assert.equal(askedOf(range, taken, prerelease), taken.replace(/\S+/g, "taken"), `${range} takes ${taken}`);
  }
  if (left !== "") {
    assert.equal(askedOf(range, left, prerelease), left.replace(/\S+/g, "range"), `${range} leaves ${left}`);
  }
}

Deno.test("parseRange() takes everything when there is no range", () => {
  for (const range of ["", "  ", "*", "x", "X", ">=0", "*.*", "v*"]) takes(range, "0 1.2 3.2.3.0 2025-09-07", "");
});

Deno.test("askRange() takes a line by its head", () => {
  for (const range of ["3.2.3", "=3.2.3", "v3.2.3", "3.2.3.x", "=3.2.3.*"]) {
    takes(range, "3.2.3 3.2.3.0 3.2.3.9", "3.2.4 3.2.2.9 3.2 4");
  }
  takes("1.2", "1.2 1.2.0 1.2.9", "1.3 1.1.9 1");
  takes("1.2.x", "1.2 1.2.9", "1.3.0");
  takes("1.x.3", "1.0 1.2.9", "2.0");
  takes("3.2.0", "3.2 3.2.0.1", "3.2.1");
  takes("!=1.2", "1.3 1.1.9 2", "1.2 1.2.0 1.2.9");
});

Deno.test("askRange() takes what is above or not below", () => {
  takes(">1.2", "1.3 1.3.0 2", "1.2 1.2.9 1.1");
  takes(">1.2.3", "1.2.4 1.3", "1.2.3 1.2.3.9 1.2");
  takes(">=1.2", "1.2 1.2.0 1.2.9 1.10 2", "1.1.9 1.1 1 0.9");
  takes(">=1.2.0.1", "1.2.0.1 1.2.1", "1.2 1.2.0");
  takes("<1.2", "1.1.9 1.1 1 0.9", "1.2 1.2.0 1.3");
  takes("<1.2.0.1", "1.2 1.2.0", "1.2.0.1 1.2.1");
  takes("<=1.2", "1.2 1.2.9 1.2.0.1 1.1", "1.3 2");
  takes("<=1.2.3", "1.2.3 1.2.3.9 1.2", "1.2.4");
});

Deno.test("askRange() keeps the first two parts under a tilde", () => {
  takes("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0 2.2.3");
  takes("~1.2.3.4", "1.2.3.4 1.2.4 1.2.9", "1.2.3.3 1.2.3 1.3");
  takes("~1.2", "1.2 1.2.9", "1.1 1.3");
  takes("~1", "1 1.9.9", "0.9 2");
});

Deno.test("askRange() keeps all up to the first part that is not zero under a caret", () => {
  takes("^1.2.3", "1.2.3 1.9", "1.2.2 2.0");
  takes("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0 1.2.3");
  takes("^0.0.3", "0.0.3 0.0.3.9", "0.0.2 0.0.4");
  takes("^0.0", "0.0 0.0.9", "0.1");
  takes("^0", "0 0.9", "1");
  takes("^1.x", "1.0 1.9", "2.0");
});

Deno.test("askRange() needs all bounds of one alternative", () => {
  for (const range of [">=1.2 <2", ">=1.2, <2", ">=1.2,<2", ">=1.2 , <2", " >=1.2\t<2 ", ">= 1.2 < 2"]) {
    takes(range, "1.2 1.9.9", "1.1 2 2.0");
  }
  takes("1.2 - 1.4", "1.2 1.3 1.4 1.4.9", "1.1 1.5");
  takes("v1.2 - v1.4 !=1.3", "1.2 1.4.9", "1.3 1.3.5 1.5");
  takes("<1 || >=2 <3||4", "0.9 2.5 4.1", "1.5 3 5");
});

Deno.test("askRange() takes parts of any size", () => {
  const [big, bigger] = ["9007199254740993", "99999999999999999999"];
  takes(`>1.${big}`, `1.9007199254740994 1.${bigger}`, `1.9007199254740992 1.${big}`);
});

Deno.test("askRange() takes prereleases only when policy or range says so", () => {
  assert.equal(askedOf(">=1.0", "1.2-rc1 1.2-5-gabc1234"), "prerelease prerelease");
  assert.equal(askedOf(">=1.0", "1.2-rc1 1.2-5-gabc1234", true), "taken taken");
  assert.equal(askedOf(">=1.0-0", "1.2-rc1 1.2-5-gabc1234", false), "prerelease prerelease");
  for (
    const range of [">=1.0-0", ">0.9-0", "<=2-0", "~1-0", "^1-0", "^1.x-0", "*-0", "1.x-0", "=1-0", "1-rc - 2", "*-rc"]
  ) {
    assert.equal(askedOf(range, "1.2-rc1"), "taken", range);
  }
  for (const range of ["<2-0", "!=1-0", "<2-0 >1"]) assert.equal(askedOf(range, "1.2-rc1"), "prerelease", range);
});

Deno.test("askRange() opens only the alternative whose bound carries a suffix", () => {
  assert.equal(askedOf("<1.0 || >=2.0-0", "0.9-rc1 2.1-rc1"), "prerelease taken");
  assert.equal(askedOf(">=1.0 <2-0", "1.2-rc1"), "prerelease");
});

Deno.test("askRange() puts a prerelease below its release", () => {
  takes(">=1.2", "", "1.2.0-rc1", true);
  takes(">=1.2-0", "1.2.0-rc1 1.2-dev 1.2", "1.1.9");
  takes(">=1.2.0-rc.2", "1.2.0-rc2 1.2.0-rc.10 1.2.0 1.2.1-dev", "1.2.0-rc1 1.2.0-beta9 1.1");
  takes("~1.2.0-beta", "1.2.0-beta 1.2.0-rc1 1.2.9-dev", "1.2.0-alpha2 1.3.0-rc1");
  takes("^1.2.0-rc.2", "1.2.0-rc2 1.9", "1.2.0-rc1 2.0.0-rc1");
  takes(">1.2.0-rc.2", "1.2.0-rc3 1.2.0 1.2.1-dev", "1.2.0-rc2 1.2.0-rc1");
  takes("<=1.2.0-rc.2", "1.2.0-rc2 1.2.0-rc1 1.1", "1.2.0-rc3 1.2.0 1.2.1-dev");
});

Deno.test("askRange() never puts a prerelease of the bound itself below it", () => {
  takes(">=1.0-0 <2", "1.9-rc1", "2.0-rc1 2-dev");
  takes(">=1.0-0 <2-rc.2", "1.9-rc1", "2.0-rc1 2-dev 2.0-rc2");
});

Deno.test("askRange() reads a suffix behind an equals sign", () => {
  takes("=1.2-0", "1.2 1.2.9 1.2.0-rc1 1.2.9-dev", "1.3-rc1");
  takes("=1.2.0-rc.2", "1.2.0-rc2 1.2-RC.2", "1.2.0-rc1 1.2.0 1.2.1");
  takes("1.2.0-rc.2", "1.2.0-rc2", "1.2.0");
  takes("!=1.2.0-rc.2", "1.2.0-rc1 1.2.0 1.3", "1.2.0-rc2", true);
});

Deno.test("askRange() leaves prefix, build, fix, flavour and id out of account", () => {
  takes(">=1.2", "release-1.2 1.2-ls5 1.2-p1 1.2-alpine3.20 1.2-7ca5933", "release-1.1-ls5 1.1-p9");
});

Deno.test("compileLoose() refuses a range that cannot be understood, with a cure", () => {
  const invalid = [
    "||",
    "1.x ||",
    "|| 1",
    "1 || || 2",
    "1 | 2",
    ">=1.0<2.0",
    ">=1.0.0<2.0.0",
    "1.2,",
    ",1.2",
    "1,,2",
    "latest",
    ">=",
    ">",
    "==1",
    "=>1",
    "~>1",
    "~=1",
    "! =1",
    "1.",
    ".1",
    "1..2",
    "vv1",
    "1.2a",
    "1.2-alpine",
    "1.2-1",
    "1.2-7ca5933",
    "1.2-p1",
    "1.2-",
    "1.2+build",
    "1.0.0 -2.0.0",
    "1 -",
    "- 1",
    ">=1 - 2",
    "1 - >2",
    "[1,2)",
    "1".repeat(1001),
  ];
  for (const range of invalid) {
    const compiled = compileLoose(aRule({ range }));
    assert.equal(compiled.ok ? "accepted" : compiled.failure.code, "policy.invalid", range);
    assert.ok(!compiled.ok && compiled.failure.cure !== undefined && compiled.failure.message.length < 300, range);
  }
});
