// Opens the state file, or sets a damaged or foreign one aside and begins anew.
import { DatabaseSync } from "node:sqlite";
import { failure, type Problem, type Result, success } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import type { Files } from "../../core/ports/files.ts";
import { schemaSql, schemaVersion } from "./schema.ts";

/** An open database, and what the user should know of how it was opened. */
export interface OpenState {
  readonly database: DatabaseSync;
  readonly problems: readonly Problem[];
}

/** Opens `folder/magos.db` (folder 0700, file 0600), made when it is not there. Fails with `state.unusable`. */
export async function openState(files: Files, folder: string, now: Time): Promise<Result<OpenState>> {
  const made = await files.makeFolder(folder, 0o700);
  if (!made.ok) return unusable(folder, made.failure.message);
  const path = `${folder}/magos.db`;
  const present = await files.stat(path);
  if (!present.ok) return unusable(folder, present.failure.message);
  if (present.value === null) {
    const created = await files.write(path, "", 0o600);
    if (!created.ok) return unusable(folder, created.failure.message);
  }
  const opened = tryOpen(path);
  if (typeof opened !== "string") return success({ database: opened, problems: [] });
  if (/locked|busy/i.test(opened)) return unusable(folder, opened);
  return await beginAnew(files, path, opened, now);
}

/** The database, or why it cannot be used. */
function tryOpen(path: string): DatabaseSync | string {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
    if (version === schemaVersion) return database;
    if (version !== 0) throw new Error(`it has schema ${version}, this magos knows ${schemaVersion}`);
    createTables(database);
    return database;
  } catch (error) {
    database?.close();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Two processes may open an empty file at once: the second one finds the tables made. */
function createTables(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version === 0) database.exec(`${schemaSql} PRAGMA user_version = ${schemaVersion};`);
  database.exec("COMMIT");
}

async function beginAnew(files: Files, path: string, why: string, now: Time): Promise<Result<OpenState>> {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const aside = `${path}.${stamp}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    const moved = await files.rename(`${path}${suffix}`, `${aside}${suffix}`);
    if (!moved.ok) return unusable(path, moved.failure.message);
  }
  const created = await files.write(path, "", 0o600);
  const opened = created.ok ? tryOpen(path) : created.failure.message;
  if (typeof opened === "string") return unusable(path, opened);
  return success({
    database: opened,
    problems: [{
      code: "state.replaced",
      severity: "warning",
      file: path,
      message: `the state file could not be used (${why}); it was moved to ${aside} and a new one begun`,
      cure: "nothing to do: magos asks the registries again; delete the old file when you do not need it",
    }],
  });
}

function unusable(path: string, why: string): Result<never> {
  return failure("state.unusable", `the state folder cannot be used: ${why}`, {
    file: path,
    cure: "make it writable for the user that runs magos, or name another one in state.dir",
  });
}
