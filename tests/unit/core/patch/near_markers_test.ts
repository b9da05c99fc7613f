import assert from "node:assert/strict";
import { findNearMarkers } from "../../../../src/core/patch/find_near_markers.ts";
import { nearMarker } from "../../../../src/core/patch/near_markers.ts";

const right = '# {"magos": {"policy": "semver"}}';

Deno.test("nearMarker() gives the right spelling of a marker of magos", () => {
  for (
    const comment of [
      '#{"magos": {"policy": "semver"}}',
      '#  {"magos": {"policy": "semver"}}',
      '# { "magos": {"policy": "semver"}}',
      '## {"magos": {"policy": "semver"}}',
      "# {'magos': {'policy': 'semver'}}",
      '# {"Magos": {"policy": "semver"}}',
      '# {"MAGOS": {"policy": "semver"}}',
      '# {"mago": {"policy": "semver"}}',
      "# {\u201cmagos\u201d: {\u201cpolicy\u201d: \u201csemver\u201d}}",
      '#\u00a0{"magos": {"policy": "semver"}}',
      '#  {"magos" : {"policy": "semver"}}',
    ]
  ) assert.equal(nearMarker(comment)?.cure, `write ${right}`, comment);
});

Deno.test("nearMarker() says how markers begin where the rest cannot be mended", () => {
  for (const comment of ["# {magos: {policy: semver}}", '#{"magos": {"polcy": "semver"}}', '#{"magos": "semver"}']) {
    assert.equal(nearMarker(comment)?.cure, 'a marker starts with exactly # {"magos":', comment);
  }
});

Deno.test("nearMarker() knows a slip in Flux's word, and lets Flux's own liberties pass", () => {
  for (
    const comment of [
      '# {"$imagepolcy": "flux-system:app"}',
      '# {"imagepolicy": "flux-system:app"}',
      '# {"$imagePolicy": "flux-system:app"}',
      "# {'$imagepolicy': 'flux-system:app'}",
    ]
  ) assert.match(nearMarker(comment)?.cure ?? "", /exactly # \{"\$imagepolicy": "namespace:name"\}/, comment);
  for (
    const comment of [
      '# {"$imagepolicy": "flux-system:app"}',
      '#{"$imagepolicy": "flux-system:app"}',
      '### { "$imagepolicy" : "flux-system:app" }',
    ]
  ) assert.equal(nearMarker(comment), null, comment);
});

Deno.test("nearMarker() takes neither markers nor prose for a slip", () => {
  for (
    const comment of [
      right,
      '# {"magos": {"polcy": "semver"}}',
      "# magos updates this: {see README}",
      '# see {"magos": ...} in README',
      '# {"image": "x"}',
      '# {"$ref": "#/definitions/x"}',
      "# {% if magos %}",
      "# { }",
      "#",
    ]
  ) assert.equal(nearMarker(comment), null, comment);
});

Deno.test("findNearMarkers() gives the place of the comment, in YAML and in lines", () => {
  const yaml = 'a: x:1 #{"magos": {"policy": "semver"}}\nb: |\n  #{"magos": {"policy": "semver"}}\n';
  assert.deepEqual(findNearMarkers("f.yaml", yaml, true).map(({ line, column }) => [line, column]), [[1, 8]]);
  const lines = 'A=1\r\n  #{"magos": {"policy": "semver"}}\r\nB=2 # {"Magos": {}}\r\n';
  assert.deepEqual(
    findNearMarkers(".env", lines, false).map(({ line, column, severity }) => [line, column, severity]),
    [
      [2, 3, "warning"],
    ],
  );
});

Deno.test("findNearMarkers() leaves a file that does not parse to others", () => {
  assert.deepEqual(findNearMarkers("f.yaml", 'a: [ #{"magos": {}}\n', true), []);
});
