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
  deepEqual(scan && { ...scan, tags: scan.tags }, {
    tags,
    scannedAt,
    dueAt: scannedAt + 10,
    listedFullAt: scannedAt,
    cursor: null,
    lastFailure,
    failingSince: lastFailure === null ? null : 7,
  });
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
    store.saveScanFailure(repository, broken, 11, 7);
    expectScan(store, ["1.0"], 1, broken);
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 5, dueAt: 15 });
    expectScan(store, ["1.0"], 5, null);
  }));

Deno.test("saveScan() stores an empty list after nothing but failures", () =>
  withStore((store) => {
    store.saveScanFailure(repository, broken, 11, 7);
    equal(store.scan(repository), null);
    store.saveScan(repository, { tags: [], scannedAt: 2, dueAt: 12 });
    expectScan(store, [], 2, null);
  }));

Deno.test("saveScan() keeps the cursor, and the time of the last whole list when names were only joined", () =>
  withStore((store) => {
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 1, dueAt: 11, cursor: "last=1.0" });
    store.saveScan(repository, { tags: ["1.0", "1.1"], scannedAt: 5, dueAt: 15, full: false, cursor: "last=1.1" });
    const joined = store.scan(repository);
    deepEqual([joined?.scannedAt, joined?.listedFullAt, joined?.cursor], [5, 1, "last=1.1"]);
    store.saveScan(repository, { tags: ["1.0", "1.1"], scannedAt: 9, dueAt: 19, full: false, cursor: null });
    const same = store.scan(repository);
    deepEqual([same?.scannedAt, same?.listedFullAt, same?.cursor], [9, 1, null]);
    store.saveScan(repository, { tags: ["1.0", "1.1"], scannedAt: 12, dueAt: 22 });
    equal(store.scan(repository)?.listedFullAt, 12);
  }));

Deno.test("scanFailure() tells since when asking fails, also where no list ever came", () =>
  withStore((store) => {
    equal(store.scanFailure(repository), null);
    store.saveScanFailure(repository, broken, 20, 7);
    deepEqual(store.scanFailure(repository), { problem: broken, since: 7, dueAt: 20 });
    store.saveScanFailure(repository, broken, 40, 25);
    deepEqual(store.scanFailure(repository), { problem: broken, since: 7, dueAt: 40 });
    store.saveScan(repository, { tags: ["1.0"], scannedAt: 41, dueAt: 51 });
    equal(store.scanFailure(repository), null);
  }));
