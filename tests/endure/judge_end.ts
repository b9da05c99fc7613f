// The verdict on what is there once all faults are over and the daemon had its time.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { assertNothingHalfDone, deliveriesIn } from "../e2e/half_done.ts";
import { readHistory, type SeenCommit } from "../race/read_history.ts";
import type { DailyLife } from "./daily_life.ts";
import { type EndureWorld, imageNames } from "./endure_world.ts";

/** What the branch came to. */
export interface EndFigures {
  readonly commits: number;
  readonly byHand: number;
  readonly changes: number;
  readonly runs: Readonly<Record<string, number>>;
}

/** Why the branch does not hold the newest of all images, with their digests; null: it does. */
export async function whatIsMissing({ homelab }: EndureWorld, { newest }: DailyLife): Promise<string | null> {
  const text = await homelab.text("main", "compose.yaml");
  for (const [name, tag] of newest) {
    const [digest = ""] = await homelab.digestsOf(name, [tag]);
    const wanted = `${name}:${tag}@${digest} `;
    if (!text.includes(wanted)) return `${wanted}is not in ${text}`;
  }
  return null;
}

/**
 * Each change once and on top of the one before, each commit of the person's, nothing else; what the daemon recorded is
 * what it did. `base` is the commit of its first pass.
 * @throws {AssertionError} when it is not so.
 */
export async function judgeEnd(world: EndureWorld, life: DailyLife, base: string): Promise<EndFigures> {
  const { homelab, disk } = world;
  const commits = await readHistory(homelab.remote, `${base}..main`);
  judgeBranch(commits, base, life);
  await assertNothingHalfDone(homelab, `${disk}/state`);
  const own = commits.filter((commit) => commit.plan !== null).map((commit) => commit.revision);
  const rows = deliveriesIn(`${disk}/state`).filter((row) => row.state === "pushed").map((row) => row.commit);
  assert.deepEqual(rows.sort(), [base, ...own].sort(), "each commit has its row, and each row its commit");
  assert.deepEqual(deliveriesIn(`${disk}/state`).filter((row) => row.state === "prepared"), []);
  const runs = judgeState(`${disk}/state`);
  const names = [...Deno.readDirSync(`${disk}/state`)].map(({ name }) => name);
  assert.deepEqual(names.filter((name) => /\.db\.\d/.test(name)), [], "no state was begun anew");
  return {
    commits: commits.length,
    byHand: life.byHand.length,
    changes: commits.reduce((sum, commit) => sum + commit.changes.length, 0),
    runs,
  };
}

function judgeBranch(commits: readonly SeenCommit[], base: string, { newest, released, byHand }: DailyLife): void {
  let parent = base;
  for (const commit of commits) {
    assert.deepEqual(commit.parents, [parent], `${commit.revision} stands in line`);
    parent = commit.revision;
  }
  assert.deepEqual(commits.filter(({ plan }) => plan === null).map(({ revision }) => revision), byHand);
  const changes = commits.flatMap((commit) => commit.changes);
  for (const name of imageNames) {
    let from = "1.0";
    for (const change of changes.filter(({ image }) => image === name)) {
      assert.equal(change.from, from, `each change of ${name} begins where the last one ended`);
      assert.ok(released.has(`${name} ${change.to}`), `${name} ${change.to} has come out`);
      assert.ok(
        Number(change.to.slice(2)) > Number(from.slice(2)),
        `${name} goes up from ${from}, not to ${change.to}`,
      );
      from = change.to;
    }
    assert.equal(from, newest.get(name), `the last change of ${name}`);
  }
}

/** Rows of runs by result: none may still run. */
function judgeState(state: string): Record<string, number> {
  const database = new DatabaseSync(`${state}/magos.db`, { readOnly: true });
  try {
    const [check] = database.prepare("PRAGMA integrity_check").all();
    assert.deepEqual({ ...check }, { integrity_check: "ok" });
    const rows = database.prepare("SELECT result, count(*) AS many FROM runs GROUP BY result").all();
    const runs = Object.fromEntries(rows.map((row) => [String(row["result"]), Number(row["many"])]));
    assert.equal(runs["running"] ?? 0, 0, "no run is left running");
    return runs;
  } finally {
    database.close();
  }
}
