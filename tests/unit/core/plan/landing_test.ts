import assert from "node:assert/strict";
import { landingOf, squashNumber } from "../../../../src/core/plan/landing.ts";
import type { LineCommit } from "../../../../src/core/ports/history.ts";

function commit(revision: string, parents: readonly string[], subject = "s"): LineCommit {
  return { revision, parents, time: 0, subject };
}

/** The landing of `x` when the one merge that brought it has this subject. */
function mergedBy(subject: string): unknown {
  return landingOf("x", "m", [commit("m", ["base", "x"], subject)]);
}

Deno.test("landingOf() is null for a commit that stands on the branch's own line, or is its tip", () => {
  assert.equal(landingOf("x", "x", []), null);
  assert.equal(landingOf("x", "b", [commit("b", ["a"]), commit("a", ["x"])]), null);
  assert.equal(landingOf("x", "m", [commit("m", ["x", "other"], "Merge branch 'other'")]), null);
});

Deno.test("landingOf() is the merge on the branch's own line, whatever was merged before and after", () => {
  const line = [
    commit("later", ["m", "y"], "Merge branch 'later'"),
    commit("m", ["base", "tip"], "Merge pull request #12 from you/image-updates/2026-w46"),
    commit("tip", ["x", "main"], "Merge branch 'main' into image-updates/2026-w46"),
  ];
  const landing = { merge: "m", branch: "image-updates/2026-w46", number: 12 };
  assert.deepEqual(landingOf("x", "later", line), landing);
  assert.deepEqual(landingOf("x", "m", line.slice(1)), landing);
});

Deno.test("landingOf() reads the subjects that git and forges give a merge", () => {
  assert.deepEqual(mergedBy("Merge pull request 'chore: x (#3)' (#7) from image-updates/2026-w46 into main"), {
    merge: "m",
    branch: "image-updates/2026-w46",
    number: 7,
  });
  assert.deepEqual(mergedBy("Merge branch 'image-updates/2026-w46' into 'main'"), {
    merge: "m",
    branch: "image-updates/2026-w46",
    number: null,
  });
  assert.deepEqual(mergedBy("Merge remote-tracking branch 'origin/updates'"), {
    merge: "m",
    branch: "updates",
    number: null,
  });
  assert.deepEqual(mergedBy("took it over"), { merge: "m", branch: null, number: null });
  assert.deepEqual(mergedBy("Merge pull request #99999999999 from you/x"), { merge: "m", branch: null, number: null });
});

Deno.test("squashNumber() is the number behind a subject, and none elsewhere", () => {
  assert.equal(squashNumber("chore(images): update app to 2.0 (#12)"), 12);
  assert.equal(squashNumber("fix (#12) again"), null);
  assert.equal(squashNumber("(#12)"), null);
});
