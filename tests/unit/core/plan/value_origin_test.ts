import assert from "node:assert/strict";
import type { Target } from "../../../../src/core/model/decision.ts";
import type { RecordedChange, RecordedVersion } from "../../../../src/core/model/recorded_change.ts";
import { OriginSearch } from "../../../../src/core/plan/value_origin.ts";
import type { Commit } from "../../../../src/core/ports/git.ts";
import { sampleDigests, sampleTarget } from "../../../fakes/sample_decision.ts";

/** A commit whose id is this letter, with a change of the app from one tag to another. */
function moving(letter: string, from: string, to: string, more: Partial<RecordedChange> = {}): Commit {
  const version = (tag: string): RecordedVersion => ({ tag, digest: null });
  const change: Partial<RecordedChange> = {
    policy: "semver",
    image: "ghcr.io/you/app",
    file: "a.yaml",
    from: version(from),
    to: version(to),
    ...more,
  };
  return {
    revision: letter.repeat(40),
    parents: [],
    author: "magos <magos@localhost>",
    time: 0,
    message: `s\n\nMagos-Plan: ${"0".repeat(64)}\nMagos-Run: r@pi4\nMagos-Change: ${JSON.stringify(change)}\n`,
  };
}

function holding(tag: string | null, digest: string | null = null): Target {
  return sampleTarget({ current: { name: "ghcr.io/you/app", tag, digest } });
}

/** The letters of the commits that set the value, and that moved it since. */
function past(target: Target, ...commits: readonly Commit[]): readonly [string | null, string | null] {
  const search = new OriginSearch([target]);
  for (const commit of commits) search.add(commit);
  const { setBy, movedSince } = search.pastOf(target);
  return [setBy?.commit.revision[0] ?? null, movedSince?.commit.revision[0] ?? null];
}

Deno.test("the newest change to what the file holds is the one that set it", () => {
  assert.deepEqual(past(holding("2"), moving("c", "1", "2"), moving("b", "3", "1"), moving("a", "1", "2")), [
    "c",
    null,
  ]);
  assert.deepEqual(past(holding("9"), moving("c", "1", "2")), [null, null]);
  assert.deepEqual(past(holding(null), moving("c", "1", "2")), [null, null]);
});

Deno.test("a value that somebody put back names the change away from it as well", () => {
  assert.deepEqual(past(holding("1"), moving("c", "1", "2"), moving("a", "0", "1")), ["a", "c"]);
  assert.deepEqual(past(holding("1"), moving("c", "1", "2")), [null, "c"]);
});

Deno.test("other files, other images and other values of the file have nothing to do with it", () => {
  assert.deepEqual(past(holding("2"), moving("c", "1", "2", { file: "b.yaml" })), [null, null]);
  assert.deepEqual(past(holding("2"), moving("c", "1", "2", { image: "ghcr.io/you/other" })), [null, null]);
  assert.deepEqual(past(holding("2"), moving("c", "5", "6"), moving("a", "1", "2")), ["a", null]);
});

Deno.test("only what the file writes is compared", () => {
  const { old, new: now } = sampleDigests;
  const pinned = moving("a", "1", "2", { to: { tag: "2", digest: now } });
  assert.deepEqual(past(holding("2", now), pinned), ["a", null]);
  assert.deepEqual(past(holding("2", old), pinned), [null, null]);
  assert.deepEqual(past(holding("2"), pinned), ["a", null]);
  assert.deepEqual(past(holding(null, now), pinned), ["a", null]);
});

Deno.test("a commit that is not magos's by its trailers sets nothing", () => {
  const quoted = moving("a", "1", "2");
  assert.deepEqual(past(holding("2"), { ...quoted, message: `${quoted.message}\nby a person` }), [null, null]);
});
