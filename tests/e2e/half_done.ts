// What no pass may leave behind, however it ended.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Homelab } from "./homelab.ts";

/** The part of a report that tells what went wrong. */
export interface Reported {
  readonly result?: string;
  readonly problems: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    readonly cure?: string;
  }[];
}

/** A row of the table of deliveries. */
export interface DeliveryRow {
  readonly commit: string;
  readonly branch: string;
  readonly state: string;
}

/**
 * No work tree is left, no delivery waits that the remote has not been asked about, and what is called pushed is on the
 * remote.
 */
export async function assertNothingHalfDone(homelab: Homelab, state = `${homelab.folder}/state`): Promise<void> {
  assert.deepEqual(await workTreesIn(state), []);
  for (const { commit, branch, state: reached } of deliveriesIn(state)) {
    if (reached !== "pushed") continue;
    const holders = await homelab.remote.git("branch", "--format=%(refname:short)", "--contains", commit);
    assert.ok(holders.split("\n").includes(branch), `${commit} is not on ${branch}`);
  }
}

/** The rows as the state file has them, oldest first. */
export function deliveriesIn(state: string): readonly DeliveryRow[] {
  const database = new DatabaseSync(`${state}/magos.db`, { readOnly: true });
  try {
    const rows = database.prepare("SELECT commit_id, branch, state FROM deliveries ORDER BY rowid").all();
    return rows.map((row) => ({
      commit: String(row["commit_id"]),
      branch: String(row["branch"]),
      state: String(row["state"]),
    }));
  } finally {
    database.close();
  }
}

async function workTreesIn(state: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(`${state}/worktrees`)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}
