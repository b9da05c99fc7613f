import assert from "node:assert/strict";
import { readFluxMarker } from "../../../../src/core/patch/flux_marker.ts";

Deno.test("readFluxMarker() reads the four forms, and JSON as Go does", () => {
  const cases: readonly (readonly [comment: string, setter: string, part: string])[] = [
    ['# {"$imagepolicy": "flux-system:app"}', "flux-system:app", "image"],
    ['#{"$imagepolicy":"flux-system:app:tag"}', "flux-system:app:tag", "tag"],
    ['### {"$imagepolicy": "flux-system:app:name"}', "flux-system:app:name", "name"],
    ['#\t{"$imagepolicy": "flux-system:app:digest"} \r', "flux-system:app:digest", "digest"],
    ['# {"x": "y", "$imagepolicy": "a:b"}', "a:b", "image"],
    ['# {"$imagepolicy": "no:no", "$imagepolicy": "a:b"}', "a:b", "image"],
    ['# {"$imagepolicy": "\\u0061:b"}', "a:b", "image"],
    ['# {"$ref": "#/definitions/io.k8s.cli.setters.a:b:tag"}', "a:b:tag", "tag"],
  ];
  for (const [comment, setter, part] of cases) {
    const policy = setter.split(":").slice(0, 2).join(":");
    assert.deepEqual(readFluxMarker(comment), { ok: true, value: { setter, policy, part } }, comment);
  }
});

Deno.test("readFluxMarker() passes over comments that are no markers", () => {
  for (
    const comment of [
      "# text",
      "# {}",
      '# {"a": "b"}',
      '# {"magos": {"policy": "semver"}}',
      '# {"$ref": "other"}',
      "# the imagepolicy of this app",
      '# ["$imagepolicy"]',
    ]
  ) assert.deepEqual(readFluxMarker(comment), { ok: true, value: null }, comment);
});

Deno.test("readFluxMarker() says what is wrong with a near miss", () => {
  const cases: readonly (readonly [comment: string, why: RegExp])[] = [
    ['# {"$imagePolicy": "a:b"}', /"\$imagePolicy" is not "\$imagepolicy"/],
    ['# {"imagepolicy": "a:b"}', /"imagepolicy" is not/],
    ['# {"$image-policy": "a:b"}', /is not/],
    ['# {"$imagepolicy": "app"}', /names no namespace/],
    ['# {"$imagepolicy": "ns/app"}', /a \/ where a : belongs/],
    ['# {"$imagepolicy": "ns:app:image"}', /unknown ending ":image"/],
    ['# {"$imagepolicy": "ns:app:TAG"}', /unknown ending ":TAG"/],
    ['# {"$imagepolicy": "ns:app:tag:x"}', /not namespace:name/],
    ['# {"$imagepolicy": ":app"}', /not namespace:name/],
    ['# {"$imagepolicy": "ns: app"}', /blank/],
    ['# {"$imagepolicy": "ns:app"} keep', /more than the marker/],
    ['# see {"$imagepolicy": "ns:app"}', /more than the marker/],
    ['# # {"$imagepolicy": "ns:app"}', /more than the marker/],
    ['#\u00a0{"$imagepolicy": "ns:app"}', /more than the marker/],
    ['# {"$imagepolicy": "ns:app", "n": 1}', /not a string/],
    ['# {"$imagepolicy": "ns:app", "magos": {"policy": "semver"}}', /not a string/],
    ["# {'$imagepolicy': 'ns:app'}", /not JSON/],
    ['# {$imagepolicy: "ns:app"}', /not JSON/],
  ];
  for (const [comment, why] of cases) {
    const read = readFluxMarker(comment);
    assert.ok(!read.ok, comment);
    assert.equal(read.failure.code, "marker.invalid");
    assert.match(read.failure.message, why, comment);
    assert.ok(read.failure.cure);
  }
});
