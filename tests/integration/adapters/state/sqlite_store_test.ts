// What is remembered, on a real state file: written, closed, and read by the next process.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openState } from "../../../../src/adapters/state/open_state.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import { denoFiles } from "../../../../src/adapters/system/deno_files.ts";
import type { Problem } from "../../../../src/core/model/problem.ts";
import { storedRuns } from "../../../../src/core/plan/stored_runs.ts";
import type { WrittenChange } from "../../../../src/core/model/recorded_change.ts";
import type { StackRow } from "../../../../src/core/model/stack.ts";
import type { Content } from "../../../../src/core/ports/registry.ts";
import {
  type HostProfile,
  type Run,
  type StoredDecision,
  type StoredDelivery,
  StoreFailure,
} from "../../../../src/core/ports/store.ts";
import { testNow } from "../../../fakes/manual_clock.ts";

const digestA = `sha256:${"a".repeat(64)}`;
const digestB = `sha256:${"b".repeat(64)}`;
const problem: Problem = { code: "registry.unreachable", severity: "error", message: "no route", host: "ghcr.io" };

const change: WrittenChange = {
  policy: "semver",
  image: "ghcr.io/you/app",
  file: "a.yaml",
  from: { tag: "1.0", digest: null },
  to: { tag: "2.0", digest: digestB },
  created: null,
  age: 5,
  platforms: ["linux/arm64"],
  signer: null,
  scan: null,
  source: null,
  revision: null,
  line: 3,
  column: 8,
  setter: "semver",
  old: "ghcr.io/you/app:1.0",
  new: `ghcr.io/you/app:2.0@${digestB}`,
};

interface World {
  /** The store as a new process would find it. */
  reopen(): Promise<SqliteStore>;
  readonly database: () => DatabaseSync;
}

async function withStore(test: (store: SqliteStore, world: World) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  const open: SqliteStore[] = [];
  let database: DatabaseSync | null = null;
  const world: World = {
    async reopen() {
      open.pop()?.close();
      const opened = await openState(denoFiles, folder, testNow);
      assert.ok(opened.ok);
      assert.deepEqual(opened.value.problems, []);
      database = opened.value.database;
      const store = new SqliteStore(database);
      open.push(store);
      return store;
    },
    database: () => {
      assert.ok(database);
      return database;
    },
  };
  try {
    await test(await world.reopen(), world);
  } finally {
    open.pop()?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function run(id: string, started: number, more: Partial<Run> = {}): Run {
  return {
    id,
    kind: "update",
    trigger: "manual",
    host: "pi4",
    started,
    ended: null,
    result: "running",
    commit: null,
    changes: [],
    problems: [],
    ...more,
  };
}

function decision(file: string, line: number, more: Partial<StoredDecision> = {}): StoredDecision {
  return {
    file,
    line,
    setter: "semver",
    since: testNow,
    run: "r1",
    repository: "ghcr.io/you/app",
    decision: { state: "current" },
    ...more,
  };
}

function delivery(id: string, more: Partial<StoredDelivery> = {}): StoredDelivery {
  return {
    id,
    planId: "p",
    kind: "update",
    delivery: "push",
    group: null,
    baseBranch: "main",
    branch: "main",
    base: "b".repeat(40),
    lease: "c".repeat(40),
    commit: "d".repeat(40),
    commits: 1,
    subject: "chore: ü",
    changes: 3,
    state: "prepared",
    createdAt: testNow,
    ...more,
  };
}

Deno.test("the store gives back what it was given, also to the next process", () =>
  withStore(async (store, world) => {
    const profile: HostProfile = {
      auth: "bearer",
      realm: "https://auth.lan/token",
      service: "reg",
      pageCap: 100,
      headDigest: false,
      pausedUntil: testNow,
      quota: { host: "ghcr.io", requests: 3, cached: 1, limit: 100, remaining: 97, resetAt: testNow },
    };
    const content: Content = {
      digest: digestA,
      kind: "index",
      children: [{ platform: { os: "linux", architecture: "arm", variant: "v7" }, digest: digestB }],
      notes: ["platform not declared for 1 of the 2 images of the index"],
      partial: false,
      platforms: [{ os: "linux", architecture: "arm", variant: "v7" }],
      created: testNow,
      source: "https://example.org",
      revision: "ü😀",
      version: null,
    };
    store.setMeta("head.seen", "main abc");
    store.setMeta("head.seen", "main def");
    store.saveHostProfile("ghcr.io", profile);
    store.saveHostProfile("docker.io", { ...profile, auth: "none", quota: null });
    store.saveScan("docker.io/library/x", {
      tags: ["1.0", "ä".repeat(3), "latest"],
      scannedAt: testNow,
      dueAt: testNow + 1,
    });
    store.saveScan("docker.io/library/empty", { tags: [], scannedAt: testNow, dueAt: testNow });
    store.saveContent(content);
    store.saveDelivery(delivery("d1"));
    const again = await world.reopen();
    assert.equal(again.meta("head.seen"), "main def");
    assert.equal(again.meta("none"), null);
    assert.deepEqual(again.hostProfile("ghcr.io"), profile);
    assert.equal(again.hostProfile("none"), null);
    assert.deepEqual([...again.hostProfiles().keys()], ["docker.io", "ghcr.io"]);
    assert.deepEqual(again.scan("docker.io/library/x"), {
      tags: ["1.0", "äää", "latest"],
      scannedAt: testNow,
      dueAt: testNow + 1,
      listedFullAt: testNow,
      cursor: null,
      lastFailure: null,
      failingSince: null,
    });
    assert.deepEqual(again.scan("docker.io/library/empty")?.tags, []);
    assert.deepEqual(again.content(digestA), content);
    assert.equal(again.content(digestB), null);
    assert.deepEqual(again.deliveries(), [delivery("d1")]);
  }));

Deno.test("a failed scan keeps the last good list, and a good one clears the failure", () =>
  withStore((store) => {
    store.saveScanFailure("r", problem, testNow + 5, testNow);
    assert.equal(store.scan("r"), null, "without a list there is nothing to decide from");
    store.saveScan("r", { tags: ["1"], scannedAt: testNow, dueAt: testNow + 10 });
    assert.equal(store.scan("r")?.lastFailure, null);
    store.saveScanFailure("r", problem, testNow + 20, testNow + 11);
    assert.deepEqual(store.scan("r"), {
      tags: ["1"],
      scannedAt: testNow,
      dueAt: testNow + 20,
      listedFullAt: testNow,
      cursor: null,
      lastFailure: problem,
      failingSince: testNow + 11,
    });
    store.saveScan("r", { tags: ["1", "2"], scannedAt: testNow + 30, dueAt: testNow + 40 });
    assert.deepEqual(store.scan("r"), {
      tags: ["1", "2"],
      scannedAt: testNow + 30,
      dueAt: testNow + 40,
      listedFullAt: testNow + 30,
      cursor: null,
      lastFailure: null,
      failingSince: null,
    });
  }));

Deno.test("nothing is concluded from a list whose bytes were damaged; it is asked for again and kept anew", () =>
  withStore((store, world) => {
    const scan = { tags: ["1.0", "1.1"], scannedAt: testNow, dueAt: testNow };
    for (const damage of ["x'00'", "x'ffffff'", "zeroblob(100)"]) {
      store.saveScan("r", scan);
      world.database().exec(`UPDATE scans SET tags = ${damage}`);
      assert.throws(() => store.scan("r")?.tags, StoreFailure, damage);
      assert.equal(store.scan("r"), null);
      store.saveScan("r", scan);
      assert.deepEqual(store.scan("r")?.tags, scan.tags);
    }
  }));

Deno.test("a long list is kept small and whole", () =>
  withStore((store, world) => {
    const tags = Array.from({ length: 100_000 }, (_, index) => `2026.1.2-build.${index}`);
    store.saveScan("r", { tags, scannedAt: testNow, dueAt: testNow });
    assert.deepEqual(store.scan("r")?.tags, tags);
    const size = world.database().prepare("SELECT length(tags) AS n FROM scans").get()?.["n"];
    assert.ok(Number(size) < 500_000, String(size));
  }));

Deno.test("a sighting is the first time of a tag at a digest, and nothing moves it", () =>
  withStore((store) => {
    store.saveTag("r", "1.0", digestA, testNow);
    store.saveTag("r", "1.0", digestA, testNow + 10);
    assert.deepEqual(store.tag("r", "1.0"), { digest: digestA, checkedAt: testNow + 10, changedAt: testNow });
    store.saveTag("r", "1.0", digestB, testNow + 20);
    assert.deepEqual(store.tag("r", "1.0"), { digest: digestB, checkedAt: testNow + 20, changedAt: testNow + 20 });
    assert.equal(store.firstSeen("r", "1.0", digestA), testNow);
    assert.equal(store.firstSeen("r", "1.0", digestB), testNow + 20);
    assert.equal(store.firstSeen("r", "1.1", digestA), null);
    assert.equal(store.firstSeen("other", "1.0", digestA), null);
    assert.equal(store.tag("r", "none"), null);
  }));

Deno.test("a run that was killed shows as interrupted once the next begins", () =>
  withStore(async (store, world) => {
    store.beginRun(run("r1", testNow));
    const again = await world.reopen();
    assert.deepEqual(again.runs(10), [run("r1", testNow)]);
    again.beginRun(run("r2", testNow + 1));
    assert.deepEqual(again.runs(10).map(({ id, result }) => [id, result]), [["r2", "running"], ["r1", "interrupted"]]);
    const ended = run("r2", testNow + 1, {
      ended: testNow + 5,
      result: "partly",
      commit: "abc",
      changes: [change],
      problems: [problem],
    });
    again.finishRun(ended, null);
    assert.deepEqual(again.runs(1), [ended]);
  }));

Deno.test("the last 1,000 runs are kept, also when the clock was set back", () =>
  withStore((store, world) => {
    world.database().exec("PRAGMA synchronous = OFF");
    for (let index = 0; index < 1005; index++) {
      const row = run(`r${index}`, testNow - index * 1000);
      store.beginRun(row);
      store.finishRun({ ...row, result: "nothing", ended: row.started }, null);
    }
    const kept = store.runs(2000);
    assert.equal(kept.length, 1000);
    assert.equal(kept[0]?.id, "r1004", "the run that was begun last comes first");
    assert.equal(kept.at(-1)?.id, "r5");
  }));

Deno.test("apply passes by the minute push no update pass out of the state", () =>
  withStore((store, world) => {
    world.database().exec("PRAGMA synchronous = OFF");
    for (let index = 0; index < 1100; index++) {
      const kind = index === 10 ? "update" : "apply";
      const row = run(`r${index}`, testNow + index * 1000, { kind });
      store.beginRun(row);
      store.finishRun({ ...row, result: "nothing", ended: row.started }, null);
    }
    assert.deepEqual(store.runs(5, "update").map(({ id }) => id), ["r10"]);
    assert.deepEqual(store.runs(2, "apply").map(({ id }) => id), ["r1099", "r1098"]);
    assert.equal(store.runs(5000).length, 1001);
    const past = storedRuns(store, { limit: 5000, since: null, filter: null });
    assert.ok(past.runs.some(({ kind }) => kind === "update"), "history tells of it too");
  }));

Deno.test("finishRun() replaces the decisions, or leaves them", () =>
  withStore((store) => {
    const row = run("r1", testNow);
    store.beginRun(row);
    store.finishRun(row, [decision("b.yaml", 2), decision("a.yaml", 9), decision("a.yaml", 1)]);
    assert.deepEqual(store.decisions().map(({ file, line }) => [file, line]), [["a.yaml", 1], ["a.yaml", 9], [
      "b.yaml",
      2,
    ]]);
    store.finishRun(row, null);
    assert.equal(store.decisions().length, 3);
    const next = decision("c.yaml", 1, { decision: { state: "held", blockers: [{ gate: "minAge" }] } });
    store.finishRun(row, [next]);
    assert.deepEqual(store.decisions(), [next]);
    store.finishRun(row, []);
    assert.deepEqual(store.decisions(), []);
  }));

Deno.test("a delivery goes from prepared to its end, and is found by its state", () =>
  withStore((store) => {
    store.saveDelivery(delivery("d1"));
    const branch = { delivery: "branch", group: "web", branch: "updates/x", lease: null, commits: 2 } as const;
    store.saveDelivery(delivery("d2", { createdAt: testNow - 1000, ...branch }));
    store.saveDelivery(delivery("d1", { state: "pushed" }));
    assert.deepEqual(store.deliveries().map(({ id, state }) => [id, state]), [["d2", "prepared"], ["d1", "pushed"]]);
    assert.deepEqual(store.deliveries("prepared").map(({ id }) => id), ["d2"]);
    assert.deepEqual(store.deliveries("refused"), []);
  }));

Deno.test("a write that fails throws StoreFailure, and leaves what was there", () =>
  withStore((store, world) => {
    const row = run("r1", testNow);
    store.beginRun(row);
    store.finishRun(row, [decision("a.yaml", 1)]);
    world.database().exec("PRAGMA query_only = 1");
    const writes: readonly (() => void)[] = [
      () => store.setMeta("a", "b"),
      () => store.saveHostProfile("h", {} as HostProfile),
      () => store.saveScan("r", { tags: ["1"], scannedAt: 1, dueAt: 1 }),
      () => store.saveScanFailure("r", problem, 1, 1),
      () => store.saveTag("r", "1", digestA, 1),
      () => store.saveMissing("r", "1", 1),
      () => store.saveContent({ digest: digestA } as Content),
      () => store.beginRun(run("r2", testNow)),
      () => store.finishRun({ ...row, result: "done" }, []),
      () => store.saveDelivery(delivery("d1")),
      () => store.saveStack(stackRow),
      () => store.forgetStack("web"),
    ];
    for (const write of writes) assert.throws(write, StoreFailure, write.toString());
    world.database().exec("PRAGMA query_only = 0");
    assert.equal(store.runs(10)[0]?.result, "running");
    assert.equal(store.decisions().length, 1);
    store.setMeta("a", "b");
    assert.equal(store.meta("a"), "b");
  }));

Deno.test("a full disk in the midst of a transaction is a StoreFailure, and the store goes on afterwards", () =>
  withStore((store, world) => {
    const row = run("r1", testNow);
    store.beginRun(row);
    store.finishRun(row, [decision("a.yaml", 1)]);
    const { page_count: pages } = world.database().prepare("PRAGMA page_count").get() ?? {};
    world.database().exec(`PRAGMA max_page_count = ${Number(pages) + 2}`);
    const large = Array.from({ length: 1000 }, (_, index) => decision("f", index, { decision: "x".repeat(500) }));
    assert.throws(
      () => store.finishRun({ ...row, result: "done" }, large),
      (error) => error instanceof StoreFailure && /full/.test(error.message),
    );
    assert.equal(store.runs(1)[0]?.result, "running");
    assert.equal(store.decisions().length, 1);
    world.database().exec("PRAGMA max_page_count = 1000000");
    store.finishRun({ ...row, result: "done" }, large);
    assert.equal(store.decisions().length, 1000);
  }));

Deno.test("a store that is closed fails like one that cannot be read", () =>
  withStore(async (_, world) => {
    const closed = new SqliteStore(new DatabaseSync(":memory:"));
    closed.close();
    assert.throws(() => closed.meta("a"), StoreFailure);
    assert.throws(() => closed.beginRun(run("r1", testNow)), StoreFailure);
    await world.reopen();
  }));

const stackRow: StackRow = {
  name: "web",
  project: "web",
  phase: "deploying",
  wanted: { revision: "r2", hash: "v1:2" },
  applied: { revision: "r1", hash: "v1:1" },
  lastGood: null,
  bad: null,
  reason: null,
  interruptions: 2,
  images: new Map([["web", { written: { name: "ghcr.io/you/web", tag: "1", digest: digestA }, digests: [digestA] }]]),
  backup: { folder: "/backups/web/20261121T120000Z-before-r2", volumes: ["web_data"], isDue: true, isTouched: true },
  failures: 1,
  retryAt: testNow,
  since: testNow,
  said: {
    state: "waiting",
    reason: "its window is closed",
    waitsFor: "window",
    until: testNow,
    revision: "b".repeat(40),
  },
  health: { state: "healthy", since: testNow, message: "", log: [] },
  isMixed: true,
  engineSecrets: ["token"],
};

Deno.test("a stack's row is replaced whole, read back as it was, and forgotten", () =>
  withStore(async (store, world) => {
    store.saveStack(stackRow);
    store.saveStack({ ...stackRow, name: "db", images: new Map() });
    const settled: StackRow = {
      ...stackRow,
      phase: "settled",
      backup: null,
      lastGood: stackRow.wanted,
      retryAt: null,
      reason: "x",
    };
    store.saveStack(settled);
    const again = await world.reopen();
    assert.deepEqual(again.stacks().map(({ name }) => name), ["db", "web"]);
    assert.deepEqual(again.stacks()[1], settled);
    again.forgetStack("web");
    assert.deepEqual(again.stacks().map(({ name }) => name), ["db"]);
  }));
