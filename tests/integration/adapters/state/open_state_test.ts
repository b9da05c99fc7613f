// The state file as it is found: new, in use, damaged, of another schema, not writable.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../../../src/adapters/state/schema.ts";
import { packTags } from "../../../../src/adapters/state/tag_list.ts";
import { sha256Of } from "../../../../src/core/model/digest.ts";
import { openState } from "../../../../src/adapters/state/open_state.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await test(`${parent}/a/state`);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

async function open(folder: string): Promise<{ readonly store: SqliteStore; readonly problems: readonly Problem[] }> {
  const opened = await openState(denoFiles, folder, testNow);
  assert.ok(opened.ok, opened.ok ? "" : opened.failure.message);
  return { store: new SqliteStore(opened.value.database), problems: opened.value.problems };
}

/** A state file with one thing in it, closed. */
async function prepared(folder: string): Promise<string> {
  const { store } = await open(folder);
  store.setMeta("kept", "yes");
  store.close();
  return `${folder}/magos.db`;
}

/** Opens a spoiled file; gives the problem, and checks that it was set aside whole and a new one begun. */
async function setAside(folder: string): Promise<Problem> {
  const before = await Deno.readFile(`${folder}/magos.db`);
  const { store, problems } = await open(folder);
  assert.equal(store.meta("kept"), null);
  store.setMeta("new", "yes");
  store.close();
  const aside = (await denoFiles.list(folder)).ok
    ? Array.from(Deno.readDirSync(folder)).map(({ name }) => name).filter((name) =>
      /^magos\.db\.2026-01-20T12-00-00-000Z$/.test(name)
    )
    : [];
  assert.equal(aside.length, 1);
  assert.deepEqual(await Deno.readFile(`${folder}/${aside[0]}`), before);
  assert.equal(((await Deno.stat(`${folder}/magos.db`)).mode ?? 0) & 0o777, 0o600);
  const again = await open(folder);
  assert.deepEqual(again.problems, []);
  assert.equal(again.store.meta("new"), "yes");
  again.store.close();
  assert.equal(problems.length, 1);
  const [problem] = problems;
  assert.ok(problem);
  assert.deepEqual([problem.code, problem.severity], ["state.replaced", "warning"]);
  return problem;
}

Deno.test("openState() makes a folder of mode 0700 and files of mode 0600 that are durable", () =>
  inFolder(async (folder) => {
    const opened = await openState(denoFiles, folder, testNow);
    assert.ok(opened.ok);
    const { database } = opened.value;
    const store = new SqliteStore(database);
    store.setMeta("a", "b");
    assert.equal(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
    const names = Array.from(Deno.readDirSync(folder)).map(({ name }) => name).sort();
    assert.deepEqual(names, ["magos.db", "magos.db-shm", "magos.db-wal"]);
    for (const name of names) assert.equal(((await Deno.stat(`${folder}/${name}`)).mode ?? 0) & 0o777, 0o600, name);
    assert.equal(database.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
    assert.equal(database.prepare("PRAGMA synchronous").get()?.["synchronous"], 2);
    assert.equal(database.prepare("PRAGMA user_version").get()?.["user_version"], 9);
    store.close();
  }));

Deno.test("openState() finds what a process wrote that was killed before it closed", () =>
  inFolder(async (folder) => {
    const first = await open(folder);
    first.store.setMeta("kept", "yes");
    // The first one is still open, its last write only in the WAL: what a kill leaves behind.
    const copy = `${folder}-copy`;
    await Deno.mkdir(copy);
    for (const name of ["magos.db", "magos.db-wal"]) await Deno.copyFile(`${folder}/${name}`, `${copy}/${name}`);
    const second = await open(copy);
    assert.deepEqual([second.problems, second.store.meta("kept")], [[], "yes"]);
    second.store.close();
    const beside = await open(folder);
    assert.equal(beside.store.meta("kept"), "yes");
    beside.store.close();
    first.store.close();
  }));

Deno.test("openState() sets a damaged file aside, wherever the damage is", async (t) => {
  const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
    "no database at all": (path) =>
      Deno.writeTextFile(path, "this is no database, but long enough to look like one\n".repeat(20)),
    "the header": async (path) => {
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.fill(0xff, 0, 64));
    },
    "a page behind the header": async (path) => {
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.fill(0xff, 4096 + 1, 4096 * 3));
    },
    "the end is gone": async (path) => {
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.slice(0, 4096 * 2));
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    await t.step(name, () =>
      inFolder(async (folder) => {
        await damage(await prepared(folder));
        const problem = await setAside(folder);
        assert.ok(problem.cure);
        assert.equal(problem.file, `${folder}/magos.db`);
        assert.match(problem.message, /magos\.db\.2026-01-20T12-00-00-000Z/);
      }));
  }
});

Deno.test("openState() sets a file of a newer schema, or of another program, aside", () =>
  inFolder(async (folder) => {
    const path = await prepared(folder);
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 99");
    newer.close();
    assert.match((await setAside(folder)).message, /schema 99/);
    await Deno.remove(path);
    for (const name of Array.from(Deno.readDirSync(folder))) await Deno.remove(`${folder}/${name.name}`);
    const foreign = new DatabaseSync(path);
    foreign.exec("CREATE TABLE runs (x)");
    foreign.close();
    assert.match((await setAside(folder)).message, /another program/);
  }));

Deno.test("openState() takes an empty file for a new one", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/magos.db`, "");
    const { store, problems } = await open(folder);
    assert.deepEqual(problems, []);
    store.close();
  }));

Deno.test("openState() fails, and moves nothing, where the folder cannot be used", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/file`, "x");
    const opened = await openState(denoFiles, `${folder}/file`, testNow);
    assert.ok(!opened.ok);
    assert.equal(opened.failure.code, "state.unusable");
    assert.match(opened.failure.cure ?? "", /state\.dir/);
    await Deno.mkdir(`${folder}/magos.db`);
    const isFolder = await openState(denoFiles, folder, testNow);
    assert.equal(isFolder.ok ? "opened" : isFolder.failure.code, "state.unusable");
    assert.deepEqual(Array.from(Deno.readDirSync(folder)).map(({ name }) => name).sort(), ["file", "magos.db"]);
  }));

Deno.test("openState() opens for many processes at once, and loses nothing that one of them wrote", () =>
  inFolder(async (folder) => {
    const script = `
      import { openState } from ${
      JSON.stringify(new URL("../../../../src/adapters/state/open_state.ts", import.meta.url).href)
    };
      import { SqliteStore } from ${
      JSON.stringify(new URL("../../../../src/adapters/state/sqlite_store.ts", import.meta.url).href)
    };
      import { denoFiles } from ${
      JSON.stringify(new URL("../../../../src/adapters/system/deno_files.ts", import.meta.url).href)
    };
      const opened = await openState(denoFiles, Deno.args[0], ${testNow});
      if (!opened.ok) throw new Error(opened.failure.message);
      if (opened.value.problems.length > 0) throw new Error(opened.value.problems[0].message);
      const store = new SqliteStore(opened.value.database);
      store.setMeta(Deno.args[1], "written");
      store.close();
    `;
    const config = new URL("../../../../deno.json", import.meta.url).pathname;
    const path = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(path, script);
    try {
      const ids = ["a", "b", "c", "d", "e"];
      const outputs = await Promise.all(ids.map((id) =>
        new Deno.Command(Deno.execPath(), {
          args: ["run", "-q", "--no-check", "--config", config, "--allow-read", "--allow-write", path, folder, id],
        }).output()
      ));
      for (const { success, stderr } of outputs) assert.ok(success, new TextDecoder().decode(stderr));
      const { store, problems } = await open(folder);
      assert.deepEqual(problems, []);
      assert.deepEqual(ids.map((id) => store.meta(id)), ids.map(() => "written"));
      store.close();
    } finally {
      await Deno.remove(path);
    }
  }));

/** A file of the first schema, with what a pass of that time had left in it. */
async function firstSchema(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const database = new DatabaseSync(`${folder}/magos.db`);
  database.exec(`
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE registry_hosts (host TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT;
CREATE TABLE scans (
  repository TEXT PRIMARY KEY, tags BLOB, checksum TEXT, scanned_at INTEGER, due_at INTEGER NOT NULL, last_failure TEXT
) STRICT;
CREATE TABLE tags (
  repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, checked_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL, PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
CREATE TABLE sightings (
  repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, first_seen INTEGER NOT NULL,
  PRIMARY KEY (repository, tag, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE contents (digest TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  file TEXT NOT NULL, setter TEXT NOT NULL, line INTEGER NOT NULL, since INTEGER NOT NULL, run TEXT NOT NULL,
  decision TEXT NOT NULL, PRIMARY KEY (file, setter, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, kind TEXT NOT NULL, branch TEXT NOT NULL, base TEXT NOT NULL,
  lease TEXT NOT NULL, commit_id TEXT NOT NULL, subject TEXT NOT NULL, changes INTEGER NOT NULL, state TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE runs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, trigger TEXT NOT NULL, host TEXT NOT NULL, started INTEGER NOT NULL,
  ended INTEGER, result TEXT NOT NULL, commit_id TEXT, problems TEXT NOT NULL
) STRICT;
INSERT INTO meta VALUES ('kept', 'yes');
INSERT INTO scans VALUES ('r', NULL, NULL, NULL, 7, '{"code":"registry.unreachable","severity":"error","message":"m"}');
INSERT INTO tags VALUES ('r', '1.0', 'sha256:${"a".repeat(64)}', 11, 10);
INSERT INTO sightings VALUES ('r', '1.0', 'sha256:${"a".repeat(64)}', 10);
INSERT INTO contents VALUES ('sha256:${"a".repeat(64)}', '{"digest":"sha256:${"a".repeat(64)}","kind":"index"}');
INSERT INTO decisions VALUES ('a.yaml', 'semver', 3, 9, 'r1', '{"state":"current"}');
INSERT INTO deliveries VALUES ('d1', 'p', 'update', 'main', 'b', 'c', 'd', 's', 3, 'pushed', 10);
INSERT INTO runs VALUES ('r1', 'update', 'manual', 'pi4', 8, 9, 'done', NULL, '[]');
PRAGMA user_version = 1;`);
  const { text, checksum } = { text: "1.0\n1.1", checksum: sha256Of("1.0\n1.1") };
  database.prepare("INSERT INTO scans VALUES ('listed', ?, ?, 5, 6, NULL)").run(packTags(text), checksum);
  database.close();
}

Deno.test("openState() brings a file of the first schema up to date, and nothing in it is lost", () =>
  inFolder(async (folder) => {
    await firstSchema(folder);
    for (const time of ["first", "second"]) {
      const { store, problems } = await open(folder);
      assert.deepEqual(problems, [], time);
      const digest = `sha256:${"a".repeat(64)}`;
      assert.equal(store.meta("kept"), "yes");
      const scan = store.scan("listed");
      assert.deepEqual(scan && { ...scan, tags: scan.tags }, {
        tags: ["1.0", "1.1"],
        scannedAt: 5,
        dueAt: 6,
        listedFullAt: 5,
        cursor: null,
        lastFailure: null,
        failingSince: null,
      });
      assert.equal(store.scanFailure("r")?.problem.code, "registry.unreachable");
      assert.deepEqual(store.tag("r", "1.0"), { digest, checkedAt: 11, changedAt: 10 });
      assert.deepEqual(store.sightings("r", "1.0"), [{ digest, firstSeen: 10, pushedAt: null, origin: "resolve" }]);
      assert.deepEqual(store.content(digest)?.children, []);
      assert.deepEqual(store.decisions()[0]?.repository, "");
      assert.deepEqual(store.runs(1).map(({ id, changes }) => [id, changes]), [["r1", []]]);
      assert.equal(store.missing("r", "1.0"), null);
      const { delivery, group, baseBranch, branch, lease, commits } = store.deliveries()[0] ?? {};
      assert.deepEqual([delivery, group, baseBranch, branch, lease, commits], ["push", null, "main", "main", "c", 1]);
      store.close();
    }
    const made = new DatabaseSync(`${folder}/magos.db`);
    const fresh = new DatabaseSync(":memory:");
    fresh.exec(schemaSql);
    const columns = (database: DatabaseSync): unknown =>
      database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all().map(({ name }) => [
        name,
        database.prepare(`PRAGMA table_info(${name})`).all(),
      ]);
    assert.deepEqual(columns(made), columns(fresh), "an old file ends like a new one");
    made.close();
    fresh.close();
  }));

Deno.test("openState() sets a file aside whose tables are not those of the schema that it says", () =>
  inFolder(async (folder) => {
    const path = await prepared(folder);
    const other = new DatabaseSync(path);
    other.exec("DROP TABLE scans; PRAGMA user_version = 1");
    other.close();
    assert.match((await setAside(folder)).message, /no such table/);
  }));
