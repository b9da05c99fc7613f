// The open database as the tables use it: statements made once, transactions that end, failures of one kind.
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { StoreFailure } from "../../core/ports/store.ts";

/** One row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

interface Touch {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

// A transaction of its own for each of two notes an image costs more than all that a pass reads.
const touchesAtOnce = 32;

/** A database whose every error is a `StoreFailure`. */
export class Connection {
  readonly #database: DatabaseSync;
  /** Made once each: a pass asks the same few questions of every image. */
  readonly #statements = new Map<string, StatementSync>();
  /** What `touch` was given and the database has not yet, by repository. */
  readonly #touches = new Map<string, Touch[]>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Carries a writing statement out, and tells how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#settle(null);
    return this.#guarded(() => Number(this.#prepare(sql).run(...values).changes));
  }

  /** The first row, or null. */
  get(sql: string, ...values: SQLInputValue[]): Row | null {
    this.#settle(values[0]);
    return this.#guarded(() => this.#prepare(sql).get(...values)) ?? null;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    this.#settle(values[0]);
    return this.#guarded(() => this.#prepare(sql).all(...values));
  }

  /** All that `action` writes, or nothing of it. */
  transaction(action: () => void): void {
    this.#settle(null);
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
   * Writes what only notes that something of a repository was asked again, a few dozen such notes in one transaction that
   * does not wait for the disk. Whoever reads of the repository, or of all, sees them, and nothing else is written
   * before them. A kill or a power cut costs as many questions more, and an SD card is spared two writes an image and pass.
   */
  touch(repository: string, sql: string, ...values: SQLInputValue[]): void {
    const touches = this.#touches.get(repository) ?? [];
    touches.push({ sql, values });
    this.#touches.set(repository, touches);
    if (this.#touches.size >= touchesAtOnce) this.#settle(null);
  }

  close(): void {
    try {
      this.#settle(null);
    } finally {
      this.#database.close();
    }
  }

  /** Writes what was put off: when it concerns what is asked for, or when `about` names nothing. */
  #settle(about: SQLInputValue | undefined): void {
    if (this.#touches.size === 0 || (typeof about === "string" && !this.#touches.has(about))) return;
    const touches = [...this.#touches.values()].flat();
    this.#touches.clear();
    this.#guarded(() => this.#database.exec("PRAGMA synchronous = NORMAL"));
    try {
      this.transaction(() => {
        for (const { sql, values } of touches) this.run(sql, ...values);
      });
    } finally {
      this.#guarded(() => this.#database.exec("PRAGMA synchronous = FULL"));
    }
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
