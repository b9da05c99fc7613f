// What is chosen where no current tag sets the shape (loose versioning 5).
import assert from "node:assert/strict";
import { answerFrom, reasonsFrom, selectFrom } from "./a_rule.ts";

Deno.test("selectLoose() without a current tag drops unusual prefixes, unless a filter lets them through", () => {
  for (const prefix of ["", "v", "release-", "version-", "stable-", "rel-", "release.", "RELEASE.", "Release."]) {
    assert.equal(answerFrom(`${prefix}1.2 nightly-9.9`, null), `${prefix}1.2`);
  }
  for (const prefix of ["Release-", "pr-", "amd64-", "REL-"]) {
    assert.deepEqual(reasonsFrom(`${prefix}1.2`, null), { [`${prefix}1.2`]: "shape.prefix" });
    assert.equal(answerFrom(`${prefix}1.2`, null, { filter: "." }), `${prefix}1.2`);
  }
});

Deno.test("selectLoose() without a current tag drops floating tags where there are others", () => {
  assert.deepEqual(reasonsFrom("17 18 17.6", null), { "17.6": "selected", "18": "shape.parts", "17": "shape.parts" });
  assert.equal(answerFrom("17 18", null), "18");
  assert.equal(answerFrom("1.4.2 1.10", null), "1.10", "parts may differ in number");
});

// Loose versioning 5, step 3, in turn: the first of each row is kept for the reason that the second is dropped.
const plainer: readonly (readonly [string, string, string])[] = [
  ["1.2", "2025-09-07", "shape.kind"],
  ["release-1.2", "20250907", "shape.kind"],
  ["1.2", "release-1.3", "shape.prefix"],
  ["1.2-alpine-1", "release-1.3", "shape.prefix"],
  ["1.2", "1.3-alpine", "shape.flavour"],
  ["1.2-ls5-7ca5933", "1.3-alpine", "shape.flavour"],
  ["1.2", "1.3-ls5", "shape.build"],
  ["1.2-7ca5933", "1.3-1", "shape.build"],
  ["1.2", "1.3-7ca5933", "shape.id"],
];
for (const [kept, left, reason] of plainer) {
  Deno.test(`selectLoose() without a current tag keeps ${kept} before ${left}`, () => {
    assert.deepEqual(reasonsFrom(`${left} ${kept}`, null), { [kept]: "selected", [left]: reason });
  });
}

Deno.test("selectLoose() without a current tag decides nothing between shapes that are equally plain", () => {
  const { selected, candidates, notes } = selectFrom("1.0.0-alpine 1.1.0-slim latest", null);
  assert.deepEqual([selected, candidates], [null, []]);
  assert.match(notes[0] ?? "", /^shape\.ambiguous/);
  assert.match(notes[0] ?? "", /-alpine\$.*-slim\$/);
});

Deno.test("selectLoose() proposes filters that decide between ambiguous shapes", () => {
  const tags = "v1.0.0-cuda12 v1.1.0-cuda13 1.2.0-alpine3.20 1.2.0-alpine3.21 release-1.0-slim_1";
  for (
    const list of [tags, tags.replace(/ release.*/, ""), "release-1.0 version-1.0", "1.2-ls3-1a2b3c4 1.2-r3-2a2b3c4"]
  ) {
    const note = selectFrom(list, null).notes[0] ?? "";
    const filters = [...note.matchAll(/(\S+) \(filter (\S+)\)/g)];
    if (list !== tags) assert.ok(filters.length > 1, note);
    for (const [, tag = "", filter = ""] of filters) {
      assert.equal(answerFrom(list, null, { filter }), tag, `${filter} of ${list}`);
    }
  }
});

Deno.test("selectLoose() without a current tag counts systems by name and leaves fixes free", () => {
  assert.equal(answerFrom("1.2-alpine3.20 1.3-alpine3.21 1.3-alpine", null), "1.3-alpine3.21");
  assert.equal(answerFrom("1.2 1.2-security-01", null), "1.2-security-01");
  assert.equal(answerFrom("1.2-cuda12 1.3-cuda13", null), null);
});

Deno.test("selectLoose() keeps equally plain shapes together when the policy extracts", () => {
  const extracting = { filter: "^([0-9.]+)-(alpine|slim)$", extract: "$1" };
  assert.equal(answerFrom("1.0.0-alpine 1.1.0-slim", null, extracting), "1.1.0-slim");
});

Deno.test("selectLoose() has no shape from a tag that is no version or that the filter leaves out", () => {
  for (const current of ["latest", "stable", "1.0-slim", "", "sha256-1.0"]) {
    const { selected, notes } = selectFrom("1.2 1.3", current, { filter: "^[0-9.]+$" });
    assert.equal(selected, "1.3", current);
    assert.match(notes[0] ?? "", /upgrade and downgrade cannot be told apart/);
  }
});

Deno.test("selectLoose() finds no match where nothing is a version of a usual form", () => {
  for (const tags of ["main latest", "main pr-12 pr-13 sha-7ca5933 latest", ""]) {
    assert.equal(answerFrom(tags, null), null);
    assert.equal(answerFrom(tags, "latest"), null);
  }
});
