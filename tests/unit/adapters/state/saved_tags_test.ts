// What was seen of tags: when first, what the server said, what is missing and since when, and when it is let go of.
import { deepEqual, equal } from "node:assert/strict";
import { openState } from "../../../../src/adapters/state/open_state.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import { must } from "../../../fakes/git_setup.ts";

const repository = "ghcr.io/you/app";
const digestA = `sha256:${"a".repeat(64)}`;
const digestB = `sha256:${"b".repeat(64)}`;
const hour = 3_600_000;
const day = 24 * hour;
const start = 1000 * day;

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

function list(store: SqliteStore, at: number, tags: readonly string[], held: readonly string[] = []): void {
  store.saveScan(repository, { tags, scannedAt: at, dueAt: at, held });
}

Deno.test("saveTag() keeps the earliest server time of a digest, and the time of our own clock beside it", () =>
  withStore((store) => {
    const seen = (pushedAt: number | null) => ({ firstSeen: start + 5, pushedAt, origin: "resolve" } as const);
    store.saveTag(repository, "1.0", digestA, start, seen(null));
    store.saveTag(repository, "1.0", digestA, start + 1, seen(start - 50));
    store.saveTag(repository, "1.0", digestA, start + 2, seen(start - 10));
    store.saveTag(repository, "1.0", digestB, start + 9, { firstSeen: start + 9, pushedAt: start + 8, origin: "list" });
    deepEqual(store.sightings(repository, "1.0"), [
      { digest: digestA, firstSeen: start + 5, pushedAt: start - 50, origin: "resolve" },
      { digest: digestB, firstSeen: start + 9, pushedAt: start + 8, origin: "list" },
    ]);
    equal(store.firstSeen(repository, "1.0", digestA), start + 5);
    store.saveTag(repository, "1.0", digestA, start + 20, seen(start + 19));
    equal(store.sightings(repository, "1.0")[0]?.pushedAt, start - 50, "pushed again at the same digest is no news");
  }));

Deno.test("a full list marks what it lacks of the tags ever asked for or held; one that has them clears the mark", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    list(store, start, ["1.0", "1.1"], ["1.1"]);
    equal(store.missing(repository, "1.0"), null);
    list(store, start + hour, ["2.0"], ["1.1"]);
    deepEqual(store.missing(repository, "1.0"), { since: start + hour, looks: 1 });
    deepEqual(store.missing(repository, "1.1"), { since: start + hour, looks: 1 });
    equal(store.missing(repository, "0.9"), null, "nobody has asked for it");
    equal(store.tag(repository, "1.1"), null, "a tag that was never resolved has no digest");
    list(store, start + 2 * hour, ["2.0"], ["1.1"]);
    list(store, start + 3 * hour, ["2.0"], ["1.1"]);
    list(store, start + 4 * hour, ["2.0"], ["1.1"]);
    deepEqual(store.missing(repository, "1.0"), { since: start + hour, looks: 3 }, "three are enough to know");
    list(store, start + 5 * hour, ["1.0", "2.0"], ["1.1"]);
    equal(store.missing(repository, "1.0"), null);
    deepEqual(store.missing(repository, "1.1"), { since: start + hour, looks: 3 });
    equal(store.firstSeen(repository, "1.0", digestA), start, "a tag that comes back keeps its age");
  }));

Deno.test("a list that names were joined to marks nothing as missing, yet shows that a tag is back", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    const joined = (at: number, tags: readonly string[]): void =>
      store.saveScan(repository, { tags, scannedAt: at, dueAt: at, full: false, held: ["1.1"] });
    joined(start + 1, ["2.0"]);
    equal(store.missing(repository, "1.0"), null);
    equal(store.missing(repository, "1.1"), null);
    list(store, start + hour, ["2.0"]);
    equal(store.missing(repository, "1.0")?.looks, 1);
    joined(start + 2 * hour, ["2.0", "1.0"]);
    equal(store.missing(repository, "1.0"), null);
  }));

Deno.test("a tag that is listed but answers 404 stays missing until it answers", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    store.saveMissing(repository, "1.0", start + hour);
    list(store, start + hour, ["1.0"]);
    store.saveMissing(repository, "1.0", start + 2 * hour);
    deepEqual(store.missing(repository, "1.0"), { since: start + hour, looks: 2 });
    store.saveTag(repository, "1.0", digestA, start + 3 * hour);
    equal(store.missing(repository, "1.0"), null);
  }));

Deno.test("looks within one minute are one look", () =>
  withStore((store) => {
    for (const at of [0, 1000, 59_999]) store.saveMissing(repository, "1.0", start + at);
    deepEqual(store.missing(repository, "1.0"), { since: start, looks: 1 });
    store.saveMissing(repository, "1.0", start + 60_000);
    deepEqual(store.missing(repository, "1.0"), { since: start, looks: 2 });
  }));

function makeGone(store: SqliteStore, tags: readonly string[]): void {
  for (const at of [1, 2, 3]) list(store, start + at * hour, tags);
}

Deno.test("sightings go 90 days after tag and digest are gone, not a moment earlier", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    makeGone(store, ["2.0"]);
    const over = start + hour + 90 * day;
    list(store, over - 1, ["2.0"]);
    equal(store.firstSeen(repository, "1.0", digestA), start);
    list(store, over, ["2.0"]);
    equal(store.firstSeen(repository, "1.0", digestA), null);
    equal(store.missing(repository, "1.0")?.since, start + hour, "that it is missing is still known");
    store.saveTag(repository, "1.0", digestA, over + 1);
    equal(store.firstSeen(repository, "1.0", digestA), over + 1, "its age begins again");
  }));

Deno.test("sightings stay while another tag that was seen at the digest is there, or the tag has moved on", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    store.saveTag(repository, "latest", digestA, start + 1);
    store.saveTag(repository, "latest", digestB, start + 2);
    makeGone(store, ["latest"]);
    list(store, start + 200 * day, ["latest"]);
    equal(store.firstSeen(repository, "1.0", digestA), start, "latest was seen at it, and latest is there");
    equal(store.firstSeen(repository, "latest", digestA), start + 1, "the tag is there, so its past is kept");
    equal(store.firstSeen(repository, "latest", digestB), start + 2);
  }));

Deno.test("sightings stay while another tag that was seen at the digest has been gone for less than 90 days", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    store.saveTag(repository, "latest", digestA, start + 1);
    makeGone(store, ["latest"]);
    for (const at of [50, 51, 52]) list(store, start + at * day, ["2.0"]);
    list(store, start + 139 * day, ["2.0"]);
    equal(store.firstSeen(repository, "1.0", digestA), start);
    equal(store.firstSeen(repository, "latest", digestA), start + 1);
    list(store, start + 140 * day, ["2.0"]);
    equal(store.firstSeen(repository, "1.0", digestA), null);
    equal(store.firstSeen(repository, "latest", digestA), null);
  }));

Deno.test("a single look that found a tag gone lets go of nothing, however long ago it was", () =>
  withStore((store) => {
    store.saveTag(repository, "1.0", digestA, start);
    list(store, start + hour, ["2.0"]);
    list(store, start + 200 * day, ["2.0"]);
    equal(store.missing(repository, "1.0")?.looks, 2);
    equal(store.firstSeen(repository, "1.0", digestA), start);
  }));

Deno.test("newestTime() is the newest moment of any table, and null in an empty state", () =>
  withStore((store) => {
    equal(store.newestTime(), null);
    list(store, 10, []);
    equal(store.newestTime(), 10);
    store.saveTag(repository, "1.0", digestA, 20);
    equal(store.newestTime(), 20);
    store.beginRun({ id: "r", kind: "update", trigger: "manual", host: "pi4", started: 30 });
    equal(store.newestTime(), 30);
    store.saveTag(repository, "1.1", digestA, 5, { firstSeen: 40, pushedAt: 999, origin: "resolve" });
    equal(store.newestTime(), 40, "the server's clock is not ours");
  }));
