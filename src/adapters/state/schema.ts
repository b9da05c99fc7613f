// The tables of the state file. Nothing here is precious: losing it costs requests, never an update's safety.

/** Goes up with each change of the tables; a newer file is set aside, not read (contracts.md 3.1). */
export const schemaVersion = 1;

/** All tables, as they are created in an empty file. Times are milliseconds since 1970. */
export const schemaSql = `
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
`;
