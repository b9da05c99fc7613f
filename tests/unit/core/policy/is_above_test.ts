// Higher by the policy's own order, whatever else the policy says.
import assert from "node:assert/strict";
import type { Policy } from "../../../../src/core/model/policy.ts";
import { isAbove } from "../../../../src/core/policy/is_above.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";

const loose = inlinePolicy("semver", "a.yaml:1");
const flux: Policy = { ...loose, versioning: "flux", range: ">=1.0.0 <2.0.0" };

for (
  const [what, policy, tag, than, expected] of [
    ["a greater version", loose, "1.10", "1.9", true],
    ["the same version", loose, "1.9", "1.9", false],
    ["a smaller version", loose, "1.8", "1.9", false],
    ["a version outside of the range", { ...loose, range: "<1.5" }, "1.10", "1.9", true],
    ["a prerelease of a greater version", loose, "1.10-rc1", "1.9", true],
    ["a skipped tag", { ...loose, skip: ["1.10"] }, "1.10", "1.9", true],
    ["another flavour", loose, "1.10-alpine", "1.9", null],
    ["another number of parts", loose, "1.10.1", "1.9", null],
    ["a name", loose, "stable", "1.9", null],
    ["a version above a name", loose, "1.10", "stable", null],
    ["a policy that allows downgrades", { ...loose, allowDowngrade: true }, "1.8", "1.9", false],
    ["a smaller one in descending order", { ...loose, kind: "numerical", order: "desc" }, "8", "9", true],
    ["numbers", { ...loose, kind: "numerical" }, "10", "9", true],
    ["a name by numbers", { ...loose, kind: "numerical" }, "10", "x", null],
    ["names", { ...loose, kind: "alphabetical" }, "trixie", "bookworm", true],
    ["a followed tag", { ...loose, kind: "latest" }, "1.10", "1.9", null],
    ["flux: a greater version", flux, "1.10.0", "1.9.0", true],
    ["flux: the same version in other words", flux, "v1.9.0", "1.9.0", false],
    ["flux: a smaller version", flux, "1.8.0", "1.9.0", false],
    ["flux: outside of the range", flux, "3.0.0", "2.5.0", true],
    ["flux: what is no version there", flux, "1.2.3.4", "1.2.3", null],
    ["flux: a version above what is none", flux, "1.2.3", "stable", null],
    ["flux: letters", { ...flux, kind: "alphabetical" }, "b", "a", true],
    ["flux: numbers, descending", { ...flux, kind: "numerical", order: "desc" }, "8", "9", true],
  ] as readonly (readonly [string, Policy, string, string, boolean | null])[]
) {
  Deno.test(`isAbove() says ${expected} for ${what}: ${tag} and ${than}`, () => {
    assert.equal(isAbove(policy, tag, than), expected);
  });
}
