import assert from "node:assert/strict";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { fluxContext, fluxMarker, foundIn } from "./flux_cases.ts";

const M = fluxMarker();

Deno.test("findTargets() sets the scalars that Flux sets (Flux semantics 3.2)", () => {
  const cases: readonly (readonly [text: string, value: string])[] = [
    [`image: x ${M}\n`, "x"],
    [`- x ${M}\n`, "x"],
    [`image: "x" ${M}\n`, "x"],
    [`image: 'x'\t${M}\n`, "x"],
    [`? image\n: x ${M}\n`, "x"],
    [`image:\n  x ${M}\n`, "x"],
    [`image: | ${M}\n  x\n`, "x"],
    [`image: >- ${M}\n  x\n`, "x"],
    [`k: &a x ${M}\nl: *a\n`, "x"],
    [`k: !!str x ${M}\n`, "x"],
    [`k: {\n  image: x, ${M}\n}\n`, "x"],
    [`k: {\n  image: x ${M}\n}\n`, "x"],
    [`k: [\n  x, ${M}\n  y\n]\n`, "x"],
    [`image: "" ${M}\n`, ""],
    [`image: ~ ${M}\n`, "~"],
    [`image: 3 ${M}\n`, "3"],
    [`image: "\${REGISTRY}/app:1.0" ${M}\n`, "${REGISTRY}/app:1.0"],
    [`env:\n  - APP_IMAGE=app:1 ${M}\n`, "APP_IMAGE=app:1"],
    [`a: 1\n---\nimage: x ${M}\n`, "x"],
    [`\ufeffimage: x ${M}\r\n`, "x"],
    // A comment line above an item belongs to it.
    [`k:\n  ${M}\n  - x\n`, "x"],
    [`k:\n  - w\n  ${M}\n  - x\n`, "x"],
    [`k:\n  - w # other\n  ${M}\n  - x\n`, "x"],
    [`${M}\n- x\n`, "x"],
    [`k:\n  - w\n  # of w\n\n  ${M}\n  - x\n`, "x"],
    [`k:\n  ${M}\n  - &a x\n`, "x"],
    [`k: [\n  ${M}\n  x ]\n`, "x"],
    // The comment of the line decides, whatever stands above.
    [`k:\n  # other\n  - x ${M}\n`, "x"],
    // A sequence at the root stops Flux; here any root will do.
    [`- a: x ${M}\n`, "x"],
    [`apiVersion: v1\nkind: List\nitems:\n  - spec: { a: 1 }\n    image: x ${M}\n`, "x"],
  ];
  for (const [text, value] of cases) {
    assert.deepEqual(foundIn(text), { values: [value], problems: [] }, JSON.stringify(text));
  }
});

Deno.test("findTargets() sets nothing that Flux does not set, and says so", () => {
  const cases: readonly (readonly [text: string, problem: string])[] = [
    [`k: &a x\nl: *a ${M}\n`, "2 marker.misplaced"],
    [`{image: x} ${M}\n`, "1 marker.misplaced"],
    [`k: [x] ${M}\n`, "1 marker.misplaced"],
    [`- {newTag: 1} ${M}\n`, "1 marker.misplaced"],
    [`${M}\nimage: x\n`, "1 marker.misplaced"],
    [`image: x\n${M}\n`, "2 marker.misplaced"],
    [`- x\n${M}\n`, "2 marker.misplaced"],
    [`image: ${M}\n`, "1 marker.misplaced"],
    [`image: ${M}\n  k: x\n`, "1 marker.misplaced"],
    [`image: ${M}\n  x\n`, "1 marker.misplaced"],
    [`? image ${M}\n: x\n`, "1 marker.misplaced"],
    [`k:\n  ${M}\n  - x # other\n`, "2 marker.misplaced"],
    [`k:\n  ${M}\n  - a: x\n`, "2 marker.misplaced"],
    [`k:\n  - w\n  ${M}\n\n  - x\n`, "3 marker.misplaced"],
    [`${M}\n\n- x\n`, "1 marker.misplaced"],
    [`--- ${M}\nimage: x\n`, "1 marker.misplaced"],
  ];
  for (const [text, problem] of cases) {
    assert.deepEqual(foundIn(text), { values: [], problems: [problem] }, JSON.stringify(text));
  }
  // Two lines of comment above an item are one text, which is no marker.
  assert.deepEqual(foundIn(`k:\n  # other\n  ${M}\n  - x\n`).values, []);
});

Deno.test("findTargets() takes no text about markers for a marker", () => {
  for (
    const text of [
      `a: "x ${M.replaceAll('"', '\\"')}"\n`,
      `a: 'x ${M}'\n`,
      `a: |\n  image: x ${M}\n`,
      `# image: x ${M}\nimage: y\n`,
      `# Mark a value with {"$imagepolicy": "ns:app"} behind it.\nimage: y\n`,
      `kind: ImagePolicy # the imagepolicy of app\n`,
      `imagePolicy: # see below\n  a: 1\n`,
    ]
  ) assert.deepEqual(foundIn(text), { values: [], problems: [] }, text);
});

Deno.test("findTargets() counts Flux markers in .yaml, .yml and Kustomization alone", () => {
  const text = `image: x ${M}\n`;
  for (const file of ["a/b.yaml", ".x/b.yml", "a/Kustomization"]) {
    assert.deepEqual(foundIn(text, file), { values: ["x"], problems: [] }, file);
  }
  assert.deepEqual(foundIn(text, "b.YAML"), { values: [], problems: ["1 marker.misplaced"] });
  assert.deepEqual(foundIn(`${M}\nA=x\n`, ".env"), { values: [], problems: ["1 marker.misplaced"] });
  assert.deepEqual(foundIn(`[Container]\n${M}\nImage=x\n`, "a.container"), {
    values: [],
    problems: ["2 marker.misplaced"],
  });
  for (const file of ["kustomization", "b.json", "Dockerfile", "b.yaml.tpl"]) {
    assert.deepEqual(foundIn(text, file), { values: [], problems: [] }, file);
  }
});

Deno.test("findTargets() notes that aliases follow a marked anchor, where there are any", () => {
  const notes = (text: string): readonly string[] =>
    findTargets("f.yaml", text, fluxContext).found.flatMap(({ target }) => target.notes.map(({ code }) => code));
  assert.deepEqual(notes(`a: &x v ${M}\nb: *x\n`), ["marker.shared_value"]);
  assert.deepEqual(notes(`a: &x v ${M}\nb: &y w\nc: *y\n`), []);
});
