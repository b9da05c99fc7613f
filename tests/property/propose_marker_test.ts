// Whatever the tag, a proposed marker lets the tag itself stand: its range takes it, and a pass finds no fault.
import assert from "node:assert/strict";
import fc from "fast-check";
import { proposeMarker } from "../../src/core/patch/propose_marker.ts";
import { askRange, parseRange } from "../../src/core/policy/loose/range.ts";
import { readTag } from "../../src/core/policy/loose/read_tag.ts";
import { wordTable } from "../../src/core/policy/loose/words.ts";

const words = wordTable({});
const number = fc.oneof(fc.nat(3000).map(String), fc.constantFrom("0", "00", "08", "2026", "99999999999999999999"));
const suffix = fc.constantFrom(
  "",
  "-alpine",
  "-rc.1",
  "-rc1",
  "-beta",
  "-ls12",
  "-9-gc1cfb68",
  "-dev",
  "b0",
  ".dev2",
  "-0",
);
const tag = fc.tuple(
  fc.constantFrom("", "v", "release-", "server-b", "RELEASE."),
  fc.array(number, { minLength: 1, maxLength: 5 }),
  suffix,
).map(([prefix, parts, end]) => `${prefix}${parts.join(".")}${end}`).filter((text) => text.length <= 128);

Deno.test("a proposed range takes the tag that it was made from", () => {
  assert.ok(words.ok);
  fc.assert(
    fc.property(tag, (text) => {
      const reading = readTag(text, words.value);
      const proposal = proposeMarker({ name: "a/b", tag: text, digest: null });
      if (reading === null || !proposal.ok) return;
      assert.equal(proposal.value.policy, "semver", text);
      const range = parseRange(proposal.value.range, words.value);
      assert.ok(range.ok, text);
      assert.equal(askRange(range.value, reading, true, true), null, `${text}: ${proposal.value.range}`);
    }),
    { numRuns: 2000 },
  );
});
