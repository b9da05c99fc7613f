// Flux's answers, its ties and its failures, and a reason for each tag (Flux semantics 1.2 to 1.6).
import assert from "node:assert/strict";
import { defaultExclusions } from "../../../../../src/core/policy/flux/rule.ts";
import { answerOf, codeOf, findingsOf, fluxFrom } from "./a_flux_rule.ts";

Deno.test("selectFlux() takes the highest version in the range as it is written", () => {
  assert.equal(answerOf("1.0.0 v1.10.0 1.9.0 2.0.0", { range: "1.x" }), "v1.10.0");
  assert.equal(answerOf("2025.09.07 2025.10.01 2025.8.30", { range: ">=2025.0.0" }), "2025.10.01");
  assert.equal(answerOf("1.37 3.2.9.0 1.28.5 1", { range: ">=1.0.0" }), "1.28.5");
  assert.equal(answerOf("1.0.0 1.2-rc.1 1-alpha.1.2"), "1.2-rc.1");
  assert.equal(answerOf("1.0.0-rc10 1.0.0-rc9"), "1.0.0-rc9");
});

Deno.test("selectFlux() gives no answer and no failure when no version is in the range", () => {
  assert.equal(codeOf(["1.0.0", "latest"], { range: ">=2.0.0" }), "selects null");
  assert.equal(codeOf(["latest", "1.2"]), "selects null");
});

Deno.test("selectFlux() lets the greatest tag by bytes win among equal versions", () => {
  assert.equal(answerOf("1.0.0 v1.0.0"), "v1.0.0");
  assert.equal(answerOf("2025.09.07 2025.9.7"), "2025.9.7");
  assert.equal(answerOf("1.0.0+a 1.0.0+b"), "1.0.0+b");
  // Under a filter Flux is random; this is the first in the order that it stores tags in.
  assert.equal(answerOf("1.0.0 v1.0.0 01.0.0", { filter: ".*" }), "v1.0.0");
  // Of c and a, a stands for the text 1.0.0, and b is above it.
  assert.equal(answerOf("c-1.0.0 b-v1.0.0 a-1.0.0", { filter: "v?[0-9.]+$", extract: "$0" }), "b-v1.0.0");
});

Deno.test("selectFlux() orders by bytes under alphabetical", () => {
  const alphabetical = { kind: "alphabetical" } as const;
  assert.equal(answerOf("a B 1 _ - .", alphabetical), "a");
  assert.equal(answerOf("a B 1 _ - .", { ...alphabetical, order: "desc" }), "-");
  assert.equal(answerOf("v10 v9", alphabetical), "v9");
  assert.equal(answerOf("Z a", { ...alphabetical, order: "" }), "a");
  assert.equal(answerOf("0 A - . _", alphabetical), "_");
  assert.deepEqual(fluxFrom("x-1 x.1 x_1 xA x0", alphabetical).candidates, ["x_1", "xA", "x0", "x.1", "x-1"]);
});

Deno.test("selectFlux() orders by value under numerical", () => {
  const numerical = { kind: "numerical" } as const;
  assert.equal(answerOf("9 10 1e1 0x1p3", numerical), "10");
  assert.equal(answerOf("9 10 -3", { ...numerical, order: "desc" }), "-3");
  assert.equal(answerOf("5 inf", numerical), "inf");
  assert.equal(answerOf("2025_09_07 20250906", numerical), "2025_09_07");
});

Deno.test("selectFlux() lets the least tag by bytes win among equal numbers", () => {
  const numerical = { kind: "numerical" } as const;
  assert.equal(answerOf("1 1.0 01", numerical), "01");
  assert.equal(answerOf("1 1.0 01", { ...numerical, order: "desc" }), "01");
  assert.equal(answerOf("9007199254740993 9007199254740992", numerical), "9007199254740992");
  // Random in Flux: the first in the order that it stores tags in.
  assert.equal(answerOf("1 1.0 01", { ...numerical, filter: ".*" }), "1.0");
});

Deno.test("selectFlux() replaces a NaN by the next value met", () => {
  const numerical = { kind: "numerical" } as const;
  // Met in the order nan, 5, 3: the NaN is gone at once.
  assert.equal(answerOf("3 5 nan", numerical), "5");
  // nan, inf, 9: bytes put letters above digits.
  assert.equal(answerOf("9 inf nan", numerical), "inf");
  // inf, NaN, 9, 3: upper case is below lower case. The NaN replaces inf, 9 replaces the NaN.
  assert.equal(answerOf("9 inf NaN 3", numerical), "9");
  assert.equal(answerOf("nan", numerical), "nan");
  assert.equal(answerOf("9 inf NaN 3", { ...numerical, filter: "" }), "inf");
});

Deno.test("selectFlux() fails when one text is no number", () => {
  const numerical = { kind: "numerical" } as const;
  assert.equal(codeOf(["1", "latest"], numerical), "policy.not_a_number");
  assert.equal(codeOf(["v1", "2"], { ...numerical, filter: "^v?(?P<n>x)?", extract: "$n" }), "policy.not_a_number");
  assert.equal(codeOf(["1", "latest"], { ...numerical, filter: "^[0-9]+$" }), "selects 1");
  const { failure, selection } = findingsOf(["1", "2", "latest", "main"], numerical);
  assert.match(failure?.message ?? "", /"main".*1 more/);
  assert.equal(selection.selected, null);
  assert.deepEqual(selection.tags.map(({ tag, reason }) => `${tag} ${reason}`), [
    "main not-a-number",
    "latest not-a-number",
    "2 unranked",
    "1 unranked",
  ]);
});

Deno.test("selectFlux() fails when no tag is left", () => {
  for (const kind of ["semver", "alphabetical", "numerical"] as const) {
    assert.equal(codeOf([], { kind }), "policy.no_tags");
    assert.equal(codeOf(["1.0.0", "2"], { kind, filter: "^v" }), "policy.no_tags");
    assert.equal(codeOf(["1.0.0"], { kind, exclusions: ["^1"] }), "policy.no_tags");
  }
  assert.deepEqual(findingsOf(["1.0.0"], { filter: "^v" }).selection.tags, [
    { tag: "1.0.0", key: null, verdict: "unmatched", reason: "filter" },
  ]);
});

Deno.test("selectFlux() fails on a rule that Flux calls invalid, whatever the tags", () => {
  for (const range of [null, "", "latest", ">=1.0.0<2.0.0"]) assert.equal(codeOf([], { range }), "policy.invalid");
  for (const kind of ["alphabetical", "numerical"] as const) {
    assert.equal(codeOf(["1"], { kind, order: "up" }), "policy.invalid");
    for (const order of ["ASC", "Desc", ""]) assert.equal(codeOf(["1"], { kind, order }), "selects 1");
  }
  assert.equal(codeOf(["1"], { filter: "(" }), "policy.invalid_filter");
  assert.equal(codeOf(["1"], { exclusions: ["(?=a)"] }), "policy.invalid_filter");
  assert.equal(codeOf(["1"], { range: "", filter: "(" }), "policy.invalid", "the policer is made first");
  assert.equal(codeOf(["1.0.0"], { range: "*", order: "up" }), "selects 1.0.0", "semver has no order");
});

Deno.test("selectFlux() searches the filter in the tag and extracts from the first match", () => {
  const filter = "^main-[a-f0-9]+-(?P<ts>[0-9]+)";
  const tags = "main-a1-100 main-ffff-99 main-0-1000 dev-a1-5000";
  assert.equal(answerOf(tags, { kind: "numerical", filter, extract: "$ts" }), "main-0-1000");
  assert.equal(answerOf(tags, { kind: "alphabetical", filter, extract: "$ts" }), "main-ffff-99");
  assert.equal(answerOf("1.0.0 2.0.0-alpine 3.0.0", { filter: "alpine" }), "2.0.0-alpine");
  assert.equal(answerOf("1.0.0 2.0.0", { filter: "" }), "2.0.0");
  assert.equal(answerOf("b-1.0.0 a-2.0.0", { filter: "[0-9.]+$", extract: "$0" }), "a-2.0.0");
});

Deno.test("selectFlux() knows one tag for each text, the least by bytes", () => {
  const rule = { filter: "^release-(?P<v>[0-9]+\\.[0-9]+\\.[0-9]+)", extract: "$v" };
  const selection = fluxFrom("release-4.0.16.2946 release-4.0.16.2944 release-4.0.15.1", rule);
  assert.equal(selection.selected, "release-4.0.16.2944");
  assert.deepEqual(selection.tags, [
    { tag: "release-4.0.16.2944", key: "4.0.16", verdict: "selected", reason: "selected" },
    { tag: "release-4.0.15.1", key: "4.0.15", verdict: "candidate", reason: "lower" },
    { tag: "release-4.0.16.2946", key: "4.0.16", verdict: "shadowed", reason: "shadowed" },
  ]);
});

Deno.test("selectFlux() extracts the empty text where extract stands without a pattern", () => {
  assert.equal(answerOf("b a", { kind: "alphabetical", extract: "$v" }), "a");
  assert.equal(answerOf("b a", { kind: "alphabetical", extract: "" }), "b");
});

Deno.test("selectFlux() excludes signatures by default, and by any expression", () => {
  assert.equal(answerOf("1.0.0 zzz.sig", { kind: "alphabetical", exclusions: defaultExclusions }), "1.0.0");
  assert.equal(answerOf("1.0.0 zzz.sig", { kind: "alphabetical", exclusions: ["beta"] }), "zzz.sig");
  assert.equal(answerOf("1.0.0 2.0.0 3.0.0", { exclusions: ["^2"], skip: ["3.0.0"] }), "1.0.0");
});

Deno.test("selectFlux() gives each tag one reason and a verdict", () => {
  const tags = "latest 1.2 2.0.0 1.5.0-rc.1 1.4.0 1.3.0 1.2.0 1.1.0 0.9.0 1.0.0.sig";
  const rule = { range: ">=1.0.0 <2.0.0", exclusions: defaultExclusions, skip: ["1.1.0"] };
  const selection = fluxFrom(tags, rule, "1.3.0@sha256:abc");
  assert.deepEqual(selection.tags.map(({ tag, verdict, reason }) => `${tag} ${verdict} ${reason}`), [
    "1.4.0 selected selected",
    "1.3.0 current not-newer",
    "1.2.0 below not-newer",
    "latest unparsable not-a-version",
    "2.0.0 out-of-range range",
    "1.5.0-rc.1 prerelease prerelease",
    "1.2 unparsable not-a-version",
    "1.1.0 skipped excluded",
    "1.0.0.sig excluded excluded",
    "0.9.0 out-of-range range",
  ]);
  assert.deepEqual(selection.candidates, ["1.4.0", "1.3.0", "1.2.0"]);
  assert.equal(selection.notBelow, 2);
});

Deno.test("selectFlux() answers below the tag in the file as Flux does, and says how many are not below", () => {
  const lower = fluxFrom("1.0.0 1.1.0", {}, "2.0.0");
  assert.deepEqual([lower.selected, lower.notBelow], ["1.1.0", 0]);
  const equal = fluxFrom("v1.0.0 1.0.0 0.9.0", {}, "1.0.0");
  assert.deepEqual([equal.selected, equal.notBelow, equal.tags[1]?.verdict], ["v1.0.0", 2, "current"]);
  const same = fluxFrom("1.0.0", {}, "1.0.0");
  assert.deepEqual([same.selected, same.notBelow, same.tags[0]?.verdict], ["1.0.0", 1, "current"]);
  const down = fluxFrom("a b c", { kind: "alphabetical", order: "desc" }, "b");
  assert.deepEqual([down.selected, down.notBelow], ["a", 2]);
  const number = fluxFrom("1 2 3", { kind: "numerical" }, "2.0");
  assert.deepEqual([number.selected, number.notBelow], ["3", 2]);
});

Deno.test("selectFlux() says when the tag in the file has no place in the order", () => {
  for (const held of ["latest", "1.2"]) {
    const selection = fluxFrom("1.0.0", {}, held);
    assert.deepEqual([selection.selected, selection.notBelow], ["1.0.0", null]);
    assert.match(selection.notes.join(), new RegExp(`${held} in the file no place`));
  }
  assert.equal(fluxFrom("1.0.0", {}, null).notBelow, null);
  assert.equal(fluxFrom("v1.0.0", { filter: "^v" }, "1.0.0").notBelow, null);
  assert.equal(fluxFrom("1 2", { kind: "numerical" }, "nan").notBelow, null);
});
