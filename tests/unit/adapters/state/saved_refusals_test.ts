// Refusals that are kept, replaced, let go of, and bounded.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../../../src/adapters/state/sqlite_store.ts";
import type { StoredRefusal } from "../../../../src/core/ports/store.ts";

const problem = { code: "registry.not_found", message: "gone", cure: "look", host: "ghcr.io" } as const;

function refusal(what: string | null, since: number, until: number): StoredRefusal {
  return { what, account: "ab12", problem, since, until };
}

function withStore(test: (store: SqliteStore) => void): void {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  try {
    test(store);
  } finally {
    store.close();
  }
}

Deno.test("saveRefusal() keeps one for each question, and the last one counts", () =>
  withStore((store) => {
    store.saveRefusal("h/a", refusal(null, 1, 100), 1);
    store.saveRefusal("h/a", refusal("tags", 2, 100), 2);
    store.saveRefusal("h/a", refusal("tags", 3, 100), 3);
    store.saveRefusal("h/b", refusal("tags", 3, 100), 3);
    assert.deepEqual(store.refusals("h/a"), [refusal(null, 1, 100), refusal("tags", 3, 100)]);
    assert.deepEqual(store.refusals("h/c"), []);
    store.forgetRefusals("h/a");
    assert.deepEqual(store.refusals("h/a"), []);
    assert.equal(store.refusals("h/b").length, 1);
  }));

Deno.test("saveRefusal() lets go of what is over, and of the oldest above 2,000", () =>
  withStore((store) => {
    store.saveRefusal("h/a", refusal("tags", 1, 10), 1);
    store.saveRefusal("h/b", refusal("tags", 2, 1_000_000), 10);
    assert.deepEqual(store.refusals("h/a"), []);
    for (let at = 0; at < 2000; at++) store.saveRefusal("h/c", refusal(`tag ${at}`, 100 + at, 1_000_000), 100 + at);
    assert.deepEqual(store.refusals("h/b"), []);
    assert.equal(store.refusals("h/c").length, 2000);
  }));
