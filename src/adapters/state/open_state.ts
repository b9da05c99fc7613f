// Opens the state file, or sets a damaged or foreign one aside and begins anew.
import { DatabaseSync } from "node:sqlite";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import type { Files } from "../../core/ports/files.ts";
import { migrations, schemaSql, schemaVersion } from "./schema.ts";

/** An open database, and what the user should know of how it was opened. */
export interface OpenState {
  readonly database: DatabaseSync;
  readonly problems: readonly Problem[];
}

/**
 * Opens `folder/magos.db` (folder 0700, file 0600), made when it is not there; an earlier schema is brought up to date.
 * Only what is damaged or of a newer schema is set aside; a disk that is full or a file that may not be written fails with `state.unusable`.
 */
export async function openState(files: Files, folder: string, now: Time): Promise<Result<OpenState>> {
  const path = `${folder}/magos.db`;
  const made = await files.makeFolder(folder, 0o700);
  const created = made.ok ? await files.createFile(path, 0o600) : made;
  if (!created.ok) return unusable(folder, created.failure.message);
  const opened = tryOpen(path);
  if (opened.database !== null) return success({ database: opened.database, problems: [] });
  return opened.isSpoiled ? await beginAnew(files, path, opened.why, now) : unusable(folder, opened.why);
}

/** The database, or why it cannot be used. `isSpoiled`: no later try will read this file. */
type Opened =
  | { readonly database: DatabaseSync }
  | { readonly database: null; readonly why: string; readonly isSpoiled: boolean };

function tryOpen(path: string): Opened {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA busy_timeout = 10000;");
    const wrong = whatIsWrong(database);
    if (wrong === null) return { database };
    database.close();
    return { database: null, why: wrong, isSpoiled: true };
  } catch (error) {
    database?.close();
    const why = error instanceof Error ? error.message : String(error);
    return { database: null, why, isSpoiled: spoiled.test(why) };
  }
}

/** Makes the file ours, tables and all, or says why it never can be. A file of others is not written to. */
function whatIsWrong(database: DatabaseSync): string | null {
  const found = within(database, "BEGIN", () => schemaOf(database));
  if (typeof found === "string") return `it has ${found}, this magos knows schema ${schemaVersion}`;
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  const made = found === schemaVersion ? found : within(database, "BEGIN IMMEDIATE", () => bringUp(database));
  return typeof made === "string" ? made : damageOf(database);
}

/** One transaction, so that another process's tables are never seen without their number. */
function within<T>(database: DatabaseSync, begin: "BEGIN" | "BEGIN IMMEDIATE", action: () => T): T {
  database.exec(begin);
  const result = action();
  database.exec("COMMIT");
  return result;
}

// The words of SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html), for not every error here carries its number;
// and those of a migration that does not find the tables that the file's number promises.
const spoiled =
  /^(database disk image is malformed|file is not a database|no such table|no such column|table \S+ already)/;

/** The schema's number; null for an empty file, a text for a file of somebody else's. */
function schemaOf(database: DatabaseSync): number | string | null {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version !== 0) return version === schemaVersion || migrations.has(version) ? version : `schema ${version}`;
  return database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined ? null : "tables of another program";
}

/** Two processes may open one file at once: the second one finds the tables as they should be. */
function bringUp(database: DatabaseSync): number | string {
  const found = schemaOf(database);
  if (typeof found === "string" || found === schemaVersion) return found;
  database.exec(found === null ? schemaSql : migrationFrom(found));
  database.exec(`PRAGMA user_version = ${schemaVersion};`);
  return schemaVersion;
}

function migrationFrom(version: number): string {
  let sql = "";
  for (let at = version; at < schemaVersion; at++) sql += migrations.get(at) ?? "";
  return sql;
}

/** What SQLite's own check finds wrong, so that damage shows at the start of a pass and not in its midst. */
function damageOf(database: DatabaseSync): string | null {
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  return found === "ok" ? null : String(found);
}

async function beginAnew(files: Files, path: string, why: string, now: Time): Promise<Result<OpenState>> {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${path}.${stamp}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    const moved = await files.rename(`${path}${suffix}`, `${aside}${suffix}`);
    if (!moved.ok) return unusable(path, moved.failure.message);
  }
  const created = await files.createFile(path, 0o600);
  if (!created.ok) return unusable(path, created.failure.message);
  const opened = tryOpen(path);
  if (opened.database === null) return unusable(path, opened.why);
  return success({
    database: opened.database,
    problems: [{
      code: "state.replaced",
      severity: "warning",
      file: path,
      message: `the state file could not be used (${why}); it was moved to ${aside} and a new one begun`,
      cure: "nothing to do: magos asks the registries again; delete the old file when you do not need it",
    }],
  });
}

/** A disk that is full is told apart: it is no matter of rights, and the same file will do once there is room. */
function unusable(path: string, why: string): Result<never> {
  if (isFull.test(why)) {
    return failure("state.write_failed", `the state cannot be written: ${why}`, {
      file: path,
      retry: "later",
      cure: "make room on the disk of state.dir, or name a folder on another one; nothing was delivered",
    });
  }
  return failure("state.unusable", `the state folder cannot be used: ${why}`, {
    file: path,
    cure: "make it writable for the user that runs magos, or name another one in state.dir",
  });
}

// The words of SQLITE_FULL, of the system, and of SQLITE_IOERR: on a full disk SQLite cannot even make its shared memory.
const isFull = /database or disk is full|No space left on device|Disk quota exceeded|disk I\/O error/;
