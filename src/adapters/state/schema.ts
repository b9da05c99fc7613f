// The tables of the state file. Nothing here is precious: losing it costs requests, never an update's safety.

/** Goes up with each change of the tables; a newer file is set aside, not read (contracts.md 3.1). */
export const schemaVersion = 9;

const refusalsSql = `
CREATE TABLE refusals (
  place TEXT NOT NULL, what TEXT NOT NULL, account TEXT NOT NULL, problem TEXT NOT NULL, since INTEGER NOT NULL,
  until INTEGER NOT NULL, PRIMARY KEY (place, what)
) STRICT, WITHOUT ROWID;`;

const deliveriesSql = `
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY, plan_id TEXT NOT NULL, kind TEXT NOT NULL, branch TEXT NOT NULL, base TEXT NOT NULL,
  lease TEXT, commit_id TEXT NOT NULL, subject TEXT NOT NULL, changes INTEGER NOT NULL, state TEXT NOT NULL,
  created_at INTEGER NOT NULL, delivery TEXT NOT NULL, group_name TEXT, base_branch TEXT NOT NULL,
  commits INTEGER NOT NULL
) STRICT;`;

const countersSql = `
CREATE TABLE counters (
  name TEXT NOT NULL, labels TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (name, labels)
) STRICT, WITHOUT ROWID;`;

const firstStacksSql = `
CREATE TABLE stacks (
  name TEXT PRIMARY KEY, project TEXT NOT NULL, phase TEXT NOT NULL, wanted TEXT NOT NULL, applied TEXT, last_good TEXT,
  bad TEXT, reason TEXT, interruptions INTEGER NOT NULL, images TEXT NOT NULL, failures INTEGER NOT NULL,
  retry_at INTEGER, since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;`;

const backupSql = "ALTER TABLE stacks ADD COLUMN backup TEXT;";
const stackWordsSql = `
ALTER TABLE stacks ADD COLUMN said TEXT;
ALTER TABLE stacks ADD COLUMN health TEXT;
ALTER TABLE stacks ADD COLUMN is_mixed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stacks ADD COLUMN engine_secrets TEXT NOT NULL DEFAULT '[]';`;

/** All tables, as they are created in an empty file. Times are milliseconds since 1970. */
export const schemaSql = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE registry_hosts (host TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT;
CREATE TABLE scans (
  repository TEXT PRIMARY KEY, tags BLOB, checksum TEXT, scanned_at INTEGER, due_at INTEGER NOT NULL, last_failure TEXT,
  cursor TEXT, listed_full_at INTEGER, failing_since INTEGER
) STRICT;
CREATE TABLE tags (
  repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT, checked_at INTEGER, changed_at INTEGER,
  missing_since INTEGER, missing_looks INTEGER NOT NULL DEFAULT 0, missing_at INTEGER, missing_from TEXT,
  PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
CREATE TABLE sightings (
  repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, first_seen INTEGER NOT NULL,
  pushed_at INTEGER, origin TEXT NOT NULL DEFAULT 'resolve', PRIMARY KEY (repository, tag, digest)
) STRICT, WITHOUT ROWID;
${refusalsSql}
CREATE TABLE contents (digest TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
  file TEXT NOT NULL, setter TEXT NOT NULL, line INTEGER NOT NULL, since INTEGER NOT NULL, run TEXT NOT NULL,
  decision TEXT NOT NULL, repository TEXT NOT NULL DEFAULT '', PRIMARY KEY (file, setter, line)
) STRICT, WITHOUT ROWID;
${deliveriesSql}
${firstStacksSql}
${backupSql}
${stackWordsSql}
${countersSql}
CREATE TABLE runs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, trigger TEXT NOT NULL, host TEXT NOT NULL, started INTEGER NOT NULL,
  ended INTEGER, result TEXT NOT NULL, commit_id TEXT, problems TEXT NOT NULL, changes TEXT NOT NULL DEFAULT '[]'
) STRICT;
`;

/** What makes a file of each earlier schema one of the next; what is in it stays. */
export const migrations: ReadonlyMap<number, string> = new Map([
  [
    1,
    // Every list of the first schema was read whole. A tag that is gone before it was asked for has no digest.
    `
ALTER TABLE scans ADD COLUMN cursor TEXT;
ALTER TABLE scans ADD COLUMN listed_full_at INTEGER;
ALTER TABLE scans ADD COLUMN failing_since INTEGER;
UPDATE scans SET listed_full_at = scanned_at;
UPDATE scans SET failing_since = coalesce(scanned_at, due_at) WHERE last_failure IS NOT NULL;
ALTER TABLE tags RENAME TO tags_before;
CREATE TABLE tags (
  repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT, checked_at INTEGER, changed_at INTEGER,
  missing_since INTEGER, missing_looks INTEGER NOT NULL DEFAULT 0, missing_at INTEGER, missing_from TEXT,
  PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
INSERT INTO tags (repository, tag, digest, checked_at, changed_at)
  SELECT repository, tag, digest, checked_at, changed_at FROM tags_before;
DROP TABLE tags_before;
ALTER TABLE sightings ADD COLUMN pushed_at INTEGER;
ALTER TABLE sightings ADD COLUMN origin TEXT NOT NULL DEFAULT 'resolve';
ALTER TABLE decisions ADD COLUMN repository TEXT NOT NULL DEFAULT '';
`,
  ],
  [2, refusalsSql],
  [3, "ALTER TABLE runs ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';"],
  [
    4,
    // All deliveries so far were one commit, pushed to the branch that they were planned on.
    `
ALTER TABLE deliveries RENAME TO deliveries_before;
${deliveriesSql}
INSERT INTO deliveries
  SELECT id, plan_id, kind, branch, base, lease, commit_id, subject, changes, state, created_at, 'push', NULL, branch, 1
  FROM deliveries_before ORDER BY rowid;
DROP TABLE deliveries_before;
`,
  ],
  [5, firstStacksSql],
  [6, countersSql],
  [7, backupSql],
  [8, stackWordsSql],
]);
