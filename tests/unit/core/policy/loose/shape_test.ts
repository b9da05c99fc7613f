// What a newer tag shares with the current one (loose versioning 4).
import assert from "node:assert/strict";
import { answerFrom, reasonsFrom, selectFrom } from "./a_rule.ts";

Deno.test("selectLoose() keeps the prefix byte for byte, but for the v", () => {
  const tags = "release-1.3 Release-1.3 release1.3 1.3 rel-1.3 release-v1.3";
  assert.deepEqual(reasonsFrom(tags, "release-1.2"), {
    "release-1.3": "selected",
    "release-v1.3": "lower",
    "Release-1.3": "shape.prefix",
    "release1.3": "shape.prefix",
    "1.3": "shape.prefix",
    "rel-1.3": "shape.prefix",
  });
});

Deno.test("selectLoose() keeps the kind of the core", () => {
  assert.deepEqual(reasonsFrom("2025-10-07 2025.10.8", "2025-09-07"), {
    "2025-10-07": "selected",
    "2025.10.8": "shape.kind",
  });
  assert.deepEqual(reasonsFrom("20251007 2025.10.8", "2025.9.7"), {
    "20251007": "shape.kind",
    "2025.10.8": "selected",
  });
  assert.equal(answerFrom("20251007", "2025-09-07"), "20251007", "dates differ in spelling only");
});

Deno.test("selectLoose() keeps the number of parts", () => {
  assert.deepEqual(reasonsFrom("1.38 1.38.0 2", "1.37"), {
    "1.38": "selected",
    "1.38.0": "shape.parts",
    "2": "shape.parts",
  });
  assert.equal(answerFrom("4.10.0 4.9.4.0", "4.9.3.0"), "4.9.4.0");
  assert.equal(answerFrom("18 18.1 18.0.1", "17"), "18");
  assert.equal(answerFrom("1 1.4 1.5 1.5.2 2", "1.4"), "1.5", "a floating tag follows its like");
  assert.equal(answerFrom("2025-09-08 2025-09-08T10-00", "2025-09-07"), "2025-09-08");
});

Deno.test("selectLoose() keeps flavour words with their numbers", () => {
  assert.deepEqual(reasonsFrom("1.3-cuda12 1.3-cuda13 1.3-cuda 1.3 1.3-rocm 1.3-cuda12-slim", "1.2-cuda12"), {
    "1.3-cuda12": "selected",
    "1.3-cuda13": "shape.flavour",
    "1.3-cuda": "shape.flavour",
    "1.3": "shape.flavour",
    "1.3-rocm": "shape.flavour",
    "1.3-cuda12-slim": "shape.flavour",
  });
  assert.equal(answerFrom("1.3-ALPINE", "1.2-alpine"), "1.3-ALPINE");
  assert.equal(answerFrom("1.3-arm-v6 1.3-arm-v7", "1.2-arm-v7"), "1.3-arm-v7");
});

Deno.test("selectLoose() lets only the number of an operating system rise", () => {
  for (const system of ["alpine", "debian", "ubuntu", "fedora", "ubi"]) {
    const tags = `1.3-${system}3.21 1.4-${system}3.19 1.4-${system}`;
    assert.equal(answerFrom(tags, `1.2-${system}3.20`), `1.3-${system}3.21`);
  }
  assert.equal(answerFrom("1.2-alpine3.21", "1.2-alpine3.20"), "1.2-alpine3.21", "the number alone may rise");
  assert.equal(answerFrom("1.3-debian-12 1.3-debian-11", "1.2-debian-11"), "1.3-debian-12");
  assert.equal(answerFrom("1.3-alpine3.21 1.3-alpine", "1.2-alpine"), "1.3-alpine", "no number stays none");
});

Deno.test("selectLoose() keeps build labels in order", () => {
  assert.equal(answerFrom("1.2-ls132 1.2-r140 1.2 1.2-7", "1.2-ls99"), "1.2-ls132");
  assert.deepEqual(reasonsFrom("1.3 1.3-1 1.3-r1", "1.2"), {
    "1.3": "selected",
    "1.3-1": "shape.build",
    "1.3-r1": "shape.build",
  });
  assert.deepEqual(reasonsFrom("1.3-r1-ls2 1.3-ls2-r1 1.3-r1", "1.2-r1-ls2"), {
    "1.3-r1-ls2": "selected",
    "1.3-ls2-r1": "shape.build",
    "1.3-r1": "shape.build",
  });
  assert.equal(answerFrom("3.12.0-1 3.12.0-2", "3.12.0-1"), "3.12.0-2");
});

Deno.test("selectLoose() keeps an id where there is one", () => {
  assert.deepEqual(reasonsFrom("1.3-a0bc346 1.3 1.3-18024316531", "1.2-7ca5933"), {
    "1.3-18024316531": "selected",
    "1.3-a0bc346": "lower",
    "1.3": "shape.id",
  });
  assert.deepEqual(reasonsFrom("1.3-a0bc346 1.3", "1.2"), { "1.3": "selected", "1.3-a0bc346": "shape.id" });
  assert.equal(answerFrom("1.2-a0bc346", "1.2-7ca5933"), "1.2-7ca5933", "another commit is not newer");
  assert.equal(answerFrom("1.2-20250908 1.2-20250906", "1.2-20250907"), "1.2-20250908");
});

Deno.test("selectLoose() leaves v and fix words free", () => {
  assert.equal(answerFrom("v1.3", "1.2"), "v1.3");
  assert.equal(answerFrom("12.3.1-security-01 12.3.1", "12.3.1"), "12.3.1-security-01");
  assert.equal(answerFrom("12.3.1 12.4.0", "12.3.1-security-01"), "12.4.0");
});

Deno.test("selectLoose() lets a prerelease go on to its release, not to the next line", () => {
  assert.equal(answerFrom("0.13.0-rc1 0.14.0-rc0", "0.13.0-rc0"), "0.13.0-rc1");
  assert.equal(answerFrom("0.13.0-rc1 0.13.0", "0.13.0-rc0"), "0.13.0");
  assert.equal(
    answerFrom("0.13.0-rc1", "0.13.0-rc0", { prerelease: false }),
    "0.13.0-rc1",
    "false beats only the range",
  );
  assert.equal(answerFrom("0.13.0-rc1", "0.12.0"), "0.12.0");
});

Deno.test("selectLoose() stays on the current tag when nothing is newer, even where it is gone", () => {
  for (const tags of ["1.1 1.0", "1.2 1.1", "latest", "1.3-alpine", "1.2.0"]) {
    const { selected, candidates } = selectFrom(tags, "1.2");
    assert.deepEqual([selected, candidates], ["1.2", []], tags);
  }
  assert.equal(answerFrom("1.1 1.3", "1.2", { range: ">=2" }), "1.2");
});

Deno.test("selectLoose() goes down only when the policy allows it", () => {
  assert.equal(answerFrom("1.1 1.0", "1.2", { allowDowngrade: true }), "1.1");
  assert.equal(answerFrom("1.1 1.2", "1.2", { allowDowngrade: true }), "1.2");
  assert.equal(answerFrom("1.1-alpine", "1.2", { allowDowngrade: true }), "1.2", "the shape holds");
  assert.deepEqual(selectFrom("1.3 1.1 1.2", "1.2", { allowDowngrade: true }).candidates, ["1.3", "1.2", "1.1"]);
});

Deno.test("selectLoose() reads the current tag without its digest", () => {
  assert.equal(answerFrom("1.3", `1.2@sha256:${"0".repeat(64)}`), "1.3");
});

Deno.test("selectLoose() notes the highest greater tags of another shape", () => {
  const [note = "", ...more] = selectFrom("1.3 1.4-alpine 2.0.0-slim 0.9-slim 3-rc1", "1.2").notes;
  assert.deepEqual(more, []);
  assert.match(note, /^2\.0\.0-slim \(shape\.parts: /);
  assert.deepEqual(selectFrom("1.3 1.3-alpine 1.2.9-slim", "1.2").notes, [], "nothing is above the answer");
});
