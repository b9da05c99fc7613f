// The store on SQLite: each method one transaction, safe from a kill when it returns.
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { type Digest, sha256Of } from "../../core/model/digest.ts";
import type { Problem } from "../../core/model/problem.ts";
import type { Time } from "../../core/model/time.ts";
import type { Content } from "../../core/ports/registry.ts";
import {
  type HostProfile,
  type Run,
  type Store,
  type StoredDecision,
  type StoredDelivery,
  type StoredScan,
  type StoredTag,
  StoreFailure,
} from "../../core/ports/store.ts";
import { decisionOf, deliveryOf, runOf } from "./rows.ts";
import { joinTags, packTags, unpackTags } from "./tag_list.ts";

type Row = Record<string, SQLOutputValue>;

const runsKept = 1000;

/** Remembers in the given database. What cannot be written throws `StoreFailure`. */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  /** Made once each: a pass asks the same few questions of every image. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  meta(name: string): string | null {
    const row = this.#get("SELECT value FROM meta WHERE name = ?", name);
    return row === null ? null : String(row["value"]);
  }

  setMeta(name: string, value: string): void {
    this.#run("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value);
  }

  hostProfile(host: string): HostProfile | null {
    const row = this.#get("SELECT profile FROM registry_hosts WHERE host = ?", host);
    return row === null ? null : JSON.parse(String(row["profile"])) as HostProfile;
  }

  saveHostProfile(host: string, profile: HostProfile): void {
    this.#run(
      "INSERT INTO registry_hosts VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile",
      host,
      JSON.stringify(profile),
    );
  }

  hostProfiles(): ReadonlyMap<string, HostProfile> {
    const rows = this.#all("SELECT host, profile FROM registry_hosts ORDER BY host");
    return new Map(rows.map((row) => [String(row["host"]), JSON.parse(String(row["profile"])) as HostProfile]));
  }

  scan(repository: string): StoredScan | null {
    const row = this.#get("SELECT * FROM scans WHERE repository = ? AND tags IS NOT NULL", repository);
    if (row === null) return null;
    const packed = row["tags"] as Uint8Array;
    const checksum = String(row["checksum"]);
    const readTags = (): readonly string[] => unpackTags(packed, checksum) ?? this.#dropList(repository);
    return {
      // A list that is due is asked for again, and only its age is looked at.
      get tags(): readonly string[] {
        return readTags();
      },
      scannedAt: Number(row["scanned_at"]),
      dueAt: Number(row["due_at"]),
      lastFailure: row["last_failure"] === null ? null : JSON.parse(String(row["last_failure"])) as Problem,
    };
  }

  saveScan(repository: string, scan: Omit<StoredScan, "lastFailure">): void {
    const text = joinTags(scan.tags);
    const checksum = sha256Of(text);
    const known = this.#get("SELECT checksum FROM scans WHERE repository = ?", repository);
    if (known?.["checksum"] === checksum) {
      const sql = "UPDATE scans SET scanned_at = ?, due_at = ?, last_failure = NULL WHERE repository = ?";
      return this.#touch(sql, scan.scannedAt, scan.dueAt, repository);
    }
    this.#run(
      `INSERT INTO scans VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO UPDATE SET tags = excluded.tags,
       checksum = excluded.checksum, scanned_at = excluded.scanned_at, due_at = excluded.due_at, last_failure = NULL`,
      repository,
      packTags(text),
      checksum,
      scan.scannedAt,
      scan.dueAt,
    );
  }

  saveScanFailure(repository: string, problem: Problem, dueAt: Time): void {
    this.#run(
      `INSERT INTO scans VALUES (?, NULL, NULL, NULL, ?, ?)
       ON CONFLICT DO UPDATE SET due_at = excluded.due_at, last_failure = excluded.last_failure`,
      repository,
      dueAt,
      JSON.stringify(problem),
    );
  }

  tag(repository: string, tag: string): StoredTag | null {
    const row = this.#get("SELECT * FROM tags WHERE repository = ? AND tag = ?", repository, tag);
    if (row === null) return null;
    return {
      digest: String(row["digest"]),
      checkedAt: Number(row["checked_at"]),
      changedAt: Number(row["changed_at"]),
    };
  }

  saveTag(repository: string, tag: string, digest: Digest, now: Time): void {
    if (this.tag(repository, tag)?.digest === digest) {
      return this.#touch("UPDATE tags SET checked_at = ? WHERE repository = ? AND tag = ?", now, repository, tag);
    }
    this.#transaction(() => {
      this.#run(
        `INSERT INTO tags VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at,
         changed_at = CASE WHEN digest = excluded.digest THEN changed_at ELSE excluded.changed_at END,
         digest = excluded.digest`,
        repository,
        tag,
        digest,
        now,
        now,
      );
      this.#run("INSERT INTO sightings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", repository, tag, digest, now);
    });
  }

  firstSeen(repository: string, tag: string, digest: Digest): Time | null {
    const row = this.#get(
      "SELECT first_seen FROM sightings WHERE repository = ? AND tag = ? AND digest = ?",
      repository,
      tag,
      digest,
    );
    return row === null ? null : Number(row["first_seen"]);
  }

  content(digest: Digest): Content | null {
    const row = this.#get("SELECT content FROM contents WHERE digest = ?", digest);
    return row === null ? null : JSON.parse(String(row["content"])) as Content;
  }

  saveContent(content: Content): void {
    this.#run("INSERT INTO contents VALUES (?, ?) ON CONFLICT DO NOTHING", content.digest, JSON.stringify(content));
  }

  beginRun(run: Omit<Run, "ended" | "result" | "commit" | "problems">): void {
    this.#transaction(() => {
      this.#run("UPDATE runs SET result = 'interrupted' WHERE result = 'running'");
      this.#run(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, NULL, 'running', NULL, '[]')",
        run.id,
        run.kind,
        run.trigger,
        run.host,
        run.started,
      );
    });
  }

  finishRun(run: Run, decisions: readonly StoredDecision[] | null): void {
    this.#transaction(() => {
      this.#run(
        "UPDATE runs SET ended = ?, result = ?, commit_id = ?, problems = ? WHERE id = ?",
        run.ended,
        run.result,
        run.commit,
        JSON.stringify(run.problems),
        run.id,
      );
      this.#run(
        "DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY rowid DESC LIMIT ?)",
        runsKept,
      );
      if (decisions !== null) this.#replaceDecisions(decisions);
    });
  }

  runs(limit: number): readonly Run[] {
    return this.#all("SELECT * FROM runs ORDER BY rowid DESC LIMIT ?", limit).map(runOf);
  }

  decisions(): readonly StoredDecision[] {
    return this.#all("SELECT * FROM decisions ORDER BY file, line, setter").map(decisionOf);
  }

  saveDelivery(delivery: StoredDelivery): void {
    this.#run(
      `INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET state = excluded.state, commit_id = excluded.commit_id`,
      delivery.id,
      delivery.planId,
      delivery.kind,
      delivery.branch,
      delivery.base,
      delivery.lease,
      delivery.commit,
      delivery.subject,
      delivery.changes,
      delivery.state,
      delivery.createdAt,
    );
  }

  deliveries(state?: StoredDelivery["state"]): readonly StoredDelivery[] {
    const rows = state === undefined
      ? this.#all("SELECT * FROM deliveries ORDER BY rowid DESC LIMIT 100")
      : this.#all("SELECT * FROM deliveries WHERE state = ? ORDER BY rowid DESC", state);
    return rows.map(deliveryOf);
  }

  close(): void {
    this.#database.close();
  }

  /** Nothing is concluded from a damaged list: this pass ends, and the next one asks anew. */
  #dropList(repository: string): never {
    this.#run("UPDATE scans SET tags = NULL, checksum = NULL, due_at = 0 WHERE repository = ?", repository);
    throw new StoreFailure(`the kept tags of ${repository} are damaged; the next run asks for them again`);
  }

  #replaceDecisions(decisions: readonly StoredDecision[]): void {
    this.#run("DELETE FROM decisions");
    for (const decision of decisions) {
      this.#run(
        "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        decision.file,
        decision.setter,
        decision.line,
        decision.since,
        decision.run,
        JSON.stringify(decision.decision),
      );
    }
  }

  #transaction(action: () => void): void {
    this.#guarded(() => this.#database.exec("BEGIN IMMEDIATE"));
    try {
      action();
      this.#guarded(() => this.#database.exec("COMMIT"));
    } catch (error) {
      // A full disk ends the transaction by itself, and a second ROLLBACK would hide what went wrong.
      if (this.#database.isTransaction) this.#guarded(() => this.#database.exec("ROLLBACK"));
      throw error;
    }
  }

  /**
   * Notes only that something was asked again. It survives the end of the process like every other write, but does not
   * wait for the disk: a power cut costs one question more, and an SD card is spared two waits an image and pass.
   */
  #touch(sql: string, ...values: SQLInputValue[]): void {
    this.#guarded(() => this.#database.exec("PRAGMA synchronous = NORMAL"));
    try {
      this.#run(sql, ...values);
    } finally {
      this.#guarded(() => this.#database.exec("PRAGMA synchronous = FULL"));
    }
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#guarded(() => this.#prepare(sql).run(...values));
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | null {
    return this.#guarded(() => this.#prepare(sql).get(...values)) ?? null;
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#prepare(sql).all(...values));
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new StoreFailure(error instanceof Error ? error.message : String(error));
    }
  }
}
