// The open database by itself: what is put off, who sees it, and when it is written at the latest.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Connection } from "../../../../src/adapters/state/connection.ts";
import { StoreFailure } from "../../../../src/core/ports/store.ts";

const touch = "UPDATE notes SET at = ? WHERE repository = ?";

/** A connection to `:memory:` or a file, with one row for each of a hundred repositories, and what the database itself holds. */
function open(path = ":memory:"): { connection: Connection; written: () => number } {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE notes (repository TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT");
  for (let n = 0; n < 100; n++) database.prepare("INSERT INTO notes VALUES (?, 0)").run(`r${n}`);
  const count = database.prepare("SELECT count(*) AS n FROM notes WHERE at > 0");
  return { connection: new Connection(database), written: () => Number(count.get()?.["n"]) };
}

Deno.test("Connection.touch() is seen by who reads of the repository, and by who reads of all", () => {
  const { connection, written } = open();
  connection.touch("r1", touch, 7, "r1");
  assert.equal(connection.get("SELECT at FROM notes WHERE repository = ?", "r2")?.["at"], 0);
  assert.equal(written(), 0, "reading of another repository writes nothing");
  assert.equal(connection.get("SELECT at FROM notes WHERE repository = ?", "r1")?.["at"], 7);
  connection.touch("r2", touch, 8, "r2");
  assert.equal(connection.all("SELECT * FROM notes WHERE at > 0").length, 2);
  connection.close();
});

Deno.test("Connection.touch() writes at most some dozens late, in the order given", () => {
  const { connection, written } = open();
  for (let n = 0; n < 100; n++) {
    connection.touch(`r${n}`, touch, 1, `r${n}`);
    assert.ok(n + 1 - written() < 32);
  }
  connection.touch("r5", touch, 2, "r5");
  connection.touch("r5", touch, 3, "r5");
  assert.equal(connection.get("SELECT at FROM notes WHERE repository = ?", "r5")?.["at"], 3);
  connection.close();
});

Deno.test("Connection writes nothing else before what was touched earlier", () => {
  const { connection, written } = open();
  connection.touch("r1", touch, 1, "r1");
  connection.run("INSERT INTO notes VALUES ('r1000', 0)");
  assert.equal(written(), 1);
  connection.touch("r2", touch, 1, "r2");
  connection.transaction(() => assert.equal(written(), 2));
  connection.close();
});

Deno.test("Connection.close() writes what was touched", async () => {
  const folder = await Deno.makeTempDir();
  const { connection } = open(`${folder}/notes.db`);
  connection.touch("r1", touch, 1, "r1");
  connection.close();
  const reopened = new DatabaseSync(`${folder}/notes.db`);
  assert.equal(reopened.prepare("SELECT at FROM notes WHERE repository = 'r1'").get()?.["at"], 1);
  reopened.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Connection.touch() that cannot be written ends as every failed write does", () => {
  const { connection } = open();
  connection.touch("r1", "UPDATE nothing SET at = ? WHERE repository = ?", 1, "r1");
  assert.throws(() => connection.run("DELETE FROM notes"), StoreFailure);
  assert.equal(connection.all("SELECT * FROM notes").length, 100);
  connection.close();
});
