// Quarantines into the list of holds: each image once, whatever stands there.
import assert from "node:assert/strict";
import { editToQuarantine } from "../../../../src/core/documents/change_holds.ts";
import { readHolds } from "../../../../src/core/documents/holds.ts";
import type { Hold } from "../../../../src/core/model/hold.ts";
import { must } from "../../../fakes/git_setup.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const day = 86_400_000;

function quarantine(days: number, more: Partial<Hold> = {}): Hold {
  return {
    image: "ghcr.io/you/web",
    tag: null,
    digest: `sha256:${"1".repeat(64)}`,
    above: null,
    kind: "quarantine",
    reason: "it exited with 7",
    by: "pi4",
    since: testNow,
    until: testNow + days * day,
    ...more,
  };
}

function endsAfter(text: string | null): readonly (number | null)[] {
  return (readHolds(text).holds ?? []).map(({ until }) => until === null ? null : (until - testNow) / day);
}

Deno.test("editToQuarantine() puts one in the place of another of the same image, and leaves others alone", () => {
  const first = must(editToQuarantine(null, [quarantine(3)], false));
  assert.deepEqual([endsAfter(first.text), first.added.length], [[3], 1]);
  const manual = quarantine(9, { kind: "manual" });
  const second = must(editToQuarantine(first.text, [manual, quarantine(30)], false));
  assert.deepEqual([endsAfter(second.text).toSorted(), second.added.length], [[30, 9], 2]);
  const third = must(editToQuarantine(second.text, [quarantine(30)], false));
  assert.deepEqual([third.text, third.added], [second.text, []], "it says so already");
});

Deno.test("editToQuarantine() that may only add takes one that stands for enough, unless it ends much earlier", () => {
  const standing = must(editToQuarantine(null, [quarantine(29.5)], true)).text;
  assert.deepEqual(must(editToQuarantine(standing, [quarantine(30)], true)), { text: standing, added: [] });
  const forEver = must(editToQuarantine(null, [quarantine(0, { until: null })], true)).text;
  assert.deepEqual(must(editToQuarantine(forEver, [quarantine(30)], true)).added, []);
  assert.deepEqual(endsAfter(must(editToQuarantine(standing, [quarantine(40)], true)).text), [29.5, 40]);
});
