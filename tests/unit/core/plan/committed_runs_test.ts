import assert from "node:assert/strict";
import type { RecordedChange } from "../../../../src/core/model/recorded_change.ts";
import { CommittedRuns } from "../../../../src/core/plan/committed_runs.ts";
import type { PastOrder } from "../../../../src/core/plan/past_run.ts";
import type { Commit } from "../../../../src/core/ports/git.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const everything: PastOrder = { limit: 10, since: null, filter: null };

function change(image: string): RecordedChange {
  return {
    policy: "semver",
    image,
    file: "a.yaml",
    from: { tag: "1", digest: null },
    to: { tag: "2", digest: null },
    created: null,
    age: null,
    platforms: [],
    signer: null,
    scan: null,
    source: null,
    revision: null,
  };
}

function commit(letter: string, run: string | null, images: readonly string[], more: readonly string[] = []): Commit {
  const lines = [
    `Magos-Plan: ${"0".repeat(64)}`,
    ...run === null ? [] : [`Magos-Run: ${run}`],
    ...images.map((image) => `Magos-Change: ${JSON.stringify(change(image))}`),
    ...more,
  ];
  return {
    revision: letter.repeat(40),
    parents: [],
    author: "magos <magos@localhost>",
    time: testNow,
    message: `subject ${letter}\n\n${lines.join("\n")}\n`,
  };
}

function runsOf(order: PastOrder, ...commits: readonly Commit[]): CommittedRuns {
  const runs = new CommittedRuns(order);
  for (const it of commits) runs.add(it);
  return runs;
}

Deno.test("commits of one run are one run again, each change once, the newest commit first", () => {
  const read = runsOf(
    everything,
    commit("d", "20260120T115500Z-abc@pi4", ["web"]),
    commit("c", "20260120T115500Z-abc@pi4", ["db", "web"]),
    commit("b", "20260119T115500Z-def@pi5", ["web"]),
  ).runs();
  assert.deepEqual(
    read.map(({ id, host, commit, commits, changes }) => [
      id,
      host,
      commit?.[0],
      commits.map(({ revision }) => revision[0]).join(""),
      changes.map(({ image }) => image),
    ]),
    [
      ["20260120T115500Z-abc", "pi4", "d", "dc", ["db", "web"]],
      ["20260119T115500Z-def", "pi5", "b", "b", ["web"]],
    ],
  );
  assert.equal(read[0]?.started, Date.UTC(2026, 0, 20, 11, 55));
});

Deno.test("a commit without a run is one of its own, which began when it was made", () => {
  const [run] = runsOf(everything, commit("a", null, [])).runs();
  assert.deepEqual([run?.id, run?.host, run?.started, run?.kind], ["0".repeat(64), "unknown", testNow, "update"]);
});

Deno.test("a revert is of the apply pass, with the reason", () => {
  const lines = [`Magos-Revert: ${"e".repeat(40)}`, "Magos-Reason: crashed"];
  const [run] = runsOf(everything, commit("a", "r@pi4", [], lines)).runs();
  assert.equal(run?.kind, "apply");
  assert.deepEqual(run?.commits.map(({ revert, reason }) => [revert, reason]), [["e".repeat(40), "crashed"]]);
});

Deno.test("limit, time and filter narrow, and what they leave out is known", () => {
  const commits = [commit("c", "r3@h", ["web"]), commit("b", "r2@h", ["db"]), commit("a", "r1@h", ["db", "web"])];
  const ids = (order: Partial<PastOrder>): unknown => {
    const read = runsOf({ ...everything, ...order }, ...commits);
    return [read.runs().map(({ id }) => id).join(), read.isFull];
  };
  assert.deepEqual(ids({}), ["r3,r2,r1", false]);
  assert.deepEqual(ids({ limit: 2 }), ["r3,r2", true]);
  assert.deepEqual(ids({ limit: 2, filter: ({ image }) => image === "web" }), ["r3,r1", false]);
  assert.deepEqual(ids({ since: testNow + 1 }), ["", false]);
  const read = runsOf({ ...everything, filter: ({ image }) => image === "none" }, ...commits);
  assert.deepEqual([...read.images], ["web", "db"]);
  const [only] = runsOf({ ...everything, filter: ({ image }) => image === "db" }, ...commits.slice(2)).runs();
  assert.deepEqual(only?.changes.map(({ image }) => image), ["db"]);
});

Deno.test("changes that cannot be read are counted, whoever wrote them", () => {
  assert.equal(runsOf(everything, commit("a", "r@h", ["web"], ["Magos-Change: {}", "Magos-Change: x"])).dropped, 2);
});
