import assert from "node:assert/strict";
import type { NamedPolicy } from "../../../../src/core/model/policy.ts";
import { findTargets } from "../../../../src/core/patch/find_targets.ts";
import { inlinePolicy } from "../../../../src/core/patch/marker_policy.ts";
import { contextOf, marker } from "./cases.ts";
import { fluxPolicy } from "./flux_cases.ts";

const guilliman: NamedPolicy = {
  policy: {
    ...inlinePolicy("semver", "policies/g.yml:1"),
    name: "guilliman",
    range: ">=1",
    filter: "^v(.*)$",
    minAgeSeconds: 600,
    pin: "tag",
    group: "core",
  },
  image: "ghcr.io/you/guilliman",
  file: "policies/g.yml",
  line: 1,
  suspended: false,
};
const context = contextOf({
  book: { magos: new Map([["guilliman", guilliman]]), flux: new Map([["ns:app", fluxPolicy()]]) },
});

Deno.test("a marker's own keys come before those of the policy it names, one by one", () => {
  const text = `a: x/y:1 ${marker({ policy: "guilliman", range: "<3", repo: "x/y", arch: "arm64" })}\n`;
  const [found] = findTargets("f.yaml", text, context).found;
  assert.ok(found);
  const { policy, setter, writes } = found.target;
  assert.equal(setter, "guilliman");
  assert.deepEqual(
    [policy.name, policy.source, policy.range, policy.filter, policy.minAgeSeconds, policy.group, policy.arch.length],
    ["guilliman", "policies/g.yml:1", "<3", "^v(.*)$", 600, "core", 1],
  );
  assert.deepEqual(writes, { name: null, tag: true, digest: false });
  const pinned = findTargets("f.yaml", `a: x/y:1 ${marker({ policy: "guilliman", pin: "both" })}\n`, context);
  assert.deepEqual(pinned.found[0]?.target.writes, { name: null, tag: true, digest: true });
});

Deno.test("a value that is only a tag is pinned by its own marker alone (rulings 3)", () => {
  const digestPin = { ...guilliman, policy: { ...guilliman.policy, pin: "both" as const } };
  const book = contextOf({ book: { magos: new Map([["guilliman", digestPin]]) } });
  const writes = (keys: Readonly<Record<string, unknown>>): unknown =>
    findTargets("f.yaml", `a: v1 ${marker({ policy: "guilliman", ...keys })}\n`, book).found[0]?.target.writes;
  assert.deepEqual(writes({}), { name: null, tag: true, digest: false });
  assert.deepEqual(writes({ pin: "both" }), { name: null, tag: true, digest: true });
});

Deno.test("the image of a policy is where to look, and a note says when the value names another", () => {
  const [tag, same, other] = findTargets(
    "f.yaml",
    [
      `a: v1 ${marker({ policy: "guilliman" })}`,
      `b: ghcr.io/you/guilliman:1 ${marker({ policy: "guilliman" })}`,
      `c: mirror.lan/guilliman:1 ${marker({ policy: "guilliman" })}`,
    ].join("\n"),
    context,
  ).found;
  assert.deepEqual(tag?.target.current, { name: "ghcr.io/you/guilliman", tag: "v1", digest: null });
  assert.deepEqual(same?.target.notes, []);
  assert.deepEqual(other?.target.repository, { host: "ghcr.io", path: "you/guilliman" });
  assert.deepEqual(other?.target.notes.map(({ code }) => code), ["policy.repository_differs"]);
  assert.equal(other?.target.writes.name, null);
});

Deno.test("a marker may name a Flux policy by its full name, and an unknown name is met with the nearest", () => {
  const [found] = findTargets("f.yaml", `a: x/y:1 ${marker({ policy: "ns:app" })}\n`, context).found;
  assert.deepEqual([found?.target.setter, found?.target.policy.versioning], ["ns:app", "flux"]);
  for (
    const [name, cure] of [["guiliman", /"guilliman"/], ["semvr", /"semver"/], ["zzzzzz", /guilliman, ns:app/]] as const
  ) {
    const [problem] = findTargets("f.yaml", `a: x/y:1 ${marker({ policy: name })}\n`, context).problems;
    assert.equal(problem?.code, "marker.unknown_policy");
    assert.match(problem?.cure ?? "", cure);
  }
});
