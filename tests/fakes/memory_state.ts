// The real store in memory, and a pass recorded in it, for tests of what is told of the state.
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../src/adapters/state/sqlite_store.ts";
import type { Decision } from "../../src/core/model/decision.ts";
import { formatRepository } from "../../src/core/model/reference.ts";
import type { Run, Store } from "../../src/core/ports/store.ts";
import { decisionReport } from "../../src/core/report/decision_report.ts";
import { testNow } from "./manual_clock.ts";

/** An empty state, closed after the test. */
export async function withState(test: (store: Store) => void | Promise<void>): Promise<void> {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  try {
    await test(store);
  } finally {
    store.close();
  }
}

/** A pass that took two seconds, a minute before `testNow`, unless told otherwise. */
export function samplePass(more: Partial<Run> = {}): Run {
  return {
    id: "20260120T115900Z-abc",
    kind: "update",
    trigger: "schedule",
    host: "pi4",
    started: testNow - 60_000,
    ended: testNow - 58_000,
    result: "done",
    commit: null,
    changes: [],
    problems: [],
    ...more,
  };
}

/** Records a pass with what it decided. */
export function recordPass(store: Store, run: Run, decisions: readonly Decision[] = []): void {
  store.beginRun(run);
  store.finishRun(
    run,
    decisions.map((decision, index) => ({
      file: decision.target.file,
      setter: decision.target.setter,
      line: index + 1,
      since: testNow - 3_600_000,
      run: run.id,
      repository: formatRepository(decision.target.repository),
      decision: decisionReport(decision),
    })),
  );
}
