// The store's tag lists: a list that is the same is not written again, yet its age and its last failure are.
import { deepEqual, equal } from "node:assert/strict";
import { openState } from "../../../../src/adapters/state/open_state.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";
import { must } from "../../../fakes/git_setup.ts";

const repository = "ghcr.io/you/app";
const broken: Problem = { code: "registry.unreachable", severity: "error", message: "ghcr.io cannot be reached" };

async function withStore(test: (store: SqliteStore) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  const store = new SqliteStore(must(await openState(denoFiles, folder, 0)).database);
  try {
    test(store);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function expectScan(store: SqliteStore, tags: readonly string[], scannedAt: number, lastFailure: Problem | null): void {
  const scan = store.scan(repository);
  deepEqual(scan && { ...scan, tags: scan.tags }, { tags, scannedAt, dueAt: scannedAt + 10, lastFailure });
}

Deno.test("saveScan() keeps a list and replaces it when it differs", () =>
  withStore((store) => {
    equal(store.scan(repository), null);
    store.saveScan(repository, { tags: ["1.0", "1.1"], scannedAt: 1, dueAt: 11 });
    expectScan(store, ["1.0", "1.1"], 1, null);
    store.saveScan(repository, { tags: ["1.1", "1.0"], scannedAt: 2, dueAt: 12 });
    expectScan(store, ["1.1", "1.0"], 2, null);
    store.saveScan(repository, { tags: [], scannedAt: 3, dueAt: 13 });
    expectScan(store, [], 3, null);
  }));

Deno.test("saveScan() notes the new times when the list is the same", () =>
  withStore((store) => {
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 1, dueAt: 11 });
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 5, dueAt: 15 });
    expectScan(store, ["1.0"], 5, null);
  }));

Deno.test("saveScan() clears the last failure when the list is the same", () =>
  withStore((store) => {
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 1, dueAt: 11 });
    store.saveScanFailure(repository, broken, 11);
    expectScan(store, ["1.0"], 1, broken);
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 5, dueAt: 15 });
    expectScan(store, ["1.0"], 5, null);
  }));

Deno.test("saveScan() stores an empty list after nothing but failures", () =>
  withStore((store) => {
    store.saveScanFailure(repository, broken, 11);
    equal(store.scan(repository), null);
    store.saveScan(repository, { tags: [], scannedAt: 2, dueAt: 12 });
    expectScan(store, [], 2, null);
  }));
