// The open database as the tables use it: statements made once, transactions that end, failures of one kind.
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { StoreFailure } from "../../core/ports/store.ts";

/** One row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** A database whose every error is a `StoreFailure`. */
export class Connection {
  readonly #database: DatabaseSync;
  /** Made once each: a pass asks the same few questions of every image. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Carries a writing statement out, and tells how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#guarded(() => Number(this.#prepare(sql).run(...values).changes));
  }

  /** The first row, or null. */
  get(sql: string, ...values: SQLInputValue[]): Row | null {
    return this.#guarded(() => this.#prepare(sql).get(...values)) ?? null;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#prepare(sql).all(...values));
  }

  /** All that `action` writes, or nothing of it. */
  transaction(action: () => void): void {
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
   * Writes what only notes that something was asked again. It survives the end of the process like every other write,
   * but does not wait for the disk: a power cut costs one question more, and an SD card is spared two waits an image
   * and pass.
   */
  unhurried<T>(action: () => T): T {
    this.#guarded(() => this.#database.exec("PRAGMA synchronous = NORMAL"));
    try {
      return action();
    } finally {
      this.#guarded(() => this.#database.exec("PRAGMA synchronous = FULL"));
    }
  }

  close(): void {
    this.#database.close();
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
