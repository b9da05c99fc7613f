// Where commits are verified a token must not drop a hold: unhold waits on a branch of its own.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../src/adapters/state/sqlite_store.ts";
import { denoFiles } from "../../src/adapters/system/deno_files.ts";
import { denoRandom } from "../../src/adapters/system/deno_random.ts";
import { editToUnhold } from "../../src/core/documents/change_holds.ts";
import { type HoldReport, runHold } from "../../src/reconcile/hold_pass.ts";
import { must } from "../fakes/git_setup.ts";
import { type GitWorld, withGitWorld } from "../fakes/git_world.ts";
import { manualClock } from "../fakes/manual_clock.ts";
import { scriptedRegistry } from "../fakes/scripted_registry.ts";

const list = "holds:\n- image: a/b\n  since: 2026-01-20T12:00:00Z\n";

async function unhold({ setUp, folder }: GitWorld, apart: boolean): Promise<HoldReport> {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  const stop = new AbortController().signal;
  const clock = manualClock();
  const { git } = setUp();
  const ports = {
    git,
    store,
    clock,
    stop,
    files: denoFiles,
    random: denoRandom,
    registry: scriptedRegistry({}),
    history: { planCommits: () => assert.fail("nobody asks for the past") },
    log: { event: () => {} },
    progress: () => {},
  };
  try {
    return must(
      await runHold(ports, { folder: `${folder}/state`, what: "unhold", waitSeconds: 0, stop, onWait: () => {} }, {
        branch: null,
        run: { id: "r1", host: "pi4" },
        image: "a/b",
        edit: (text) => Promise.resolve(editToUnhold(text, ({ image }) => image === "a/b")),
        authorFor: () => Promise.resolve({ name: "magos", email: "magos@localhost" }),
        verify: null,
        apart,
      }),
    );
  } finally {
    store.close();
  }
}

Deno.test("unhold apart leaves the followed branch, and a second one finds the branch that waits", () =>
  withGitWorld("HTTP", { ".magos/holds.yaml": list }, async (world) => {
    const before = await world.remote.revision();
    const first = await unhold(world, true);
    assert.equal(first.outcome?.state, "pushed");
    assert.match(first.branch, /^magos\/unhold-[a-f0-9]{12}$/);
    assert.equal(await world.remote.revision(), before);
    const waiting = await world.remote.revision(first.branch);
    assert.equal(await world.remote.git("rev-parse", `${waiting}^`), before);
    assert.equal(new TextDecoder().decode(await world.remote.show(waiting, ".magos/holds.yaml")), "holds:\n");
    const second = await unhold(world, true);
    assert.deepEqual(second.outcome, { state: "unchanged", commit: waiting });
    assert.equal(await world.remote.revision(first.branch), waiting);
    await world.remote.git("update-ref", "refs/heads/main", waiting);
    assert.equal((await unhold(world, true)).change, null);
  }));
