// Whole passes of deciding on a manual clock: a real state file's tables in memory, a registry that a test has written.
import { DatabaseSync } from "node:sqlite";
import { schemaSql } from "../../src/adapters/state/schema.ts";
import { SqliteStore } from "../../src/adapters/state/sqlite_store.ts";
import { noHolds } from "../../src/core/model/hold.ts";
import type { Decision, Target } from "../../src/core/model/decision.ts";
import type { Policy } from "../../src/core/model/policy.ts";
import { inlinePolicy } from "../../src/core/patch/marker_policy.ts";
import { decideTargets } from "../../src/reconcile/decide_targets.ts";
import type { DecideOptions } from "../../src/reconcile/pass_ports.ts";
import { type ManualClock, manualClock, testNow } from "./manual_clock.ts";
import { sampleTarget } from "./sample_decision.ts";
import type { ScriptedRegistry } from "./scripted_registry.ts";

/** An hour, a day, in milliseconds. */
export const hour = 3_600_000;
export const day = 24 * hour;

/** What a test drives. */
export interface DecideWorld {
  readonly store: SqliteStore;
  readonly registry: ScriptedRegistry;
  readonly clock: ManualClock;
  /** One pass: one decision for each target, in their order. */
  pass(targets: readonly Target[], options?: Partial<DecideOptions>): Promise<readonly Decision[]>;
  /** The only decision of a pass over one target. */
  decide(target: Target, options?: Partial<DecideOptions>): Promise<Decision>;
}

/** Runs a test in such a world; lists are due every hour. The clock starts at `start`. */
export async function withDecideWorld(
  registry: ScriptedRegistry,
  test: (world: DecideWorld) => Promise<void>,
  start: number = testNow,
): Promise<void> {
  const database = new DatabaseSync(":memory:");
  database.exec(schemaSql);
  const store = new SqliteStore(database);
  const clock = manualClock(start);
  const pass: DecideWorld["pass"] = (targets, options = {}) =>
    decideTargets(targets, {
      registry,
      store,
      clock,
      log: { event: () => {} },
      stop: new AbortController().signal,
      progress: () => {},
    }, {
      scanInterval: hour,
      startedAt: clock.now(),
      newestTime: store.newestTime(),
      offline: false,
      named: null,
      hurried: new Map(),
      holds: noHolds,
      ...options,
    });
  const decide: DecideWorld["decide"] = async (target, options) => {
    const [decision] = await pass([target], options);
    if (decision === undefined) throw new Error("no decision");
    return decision;
  };
  try {
    await test({ store, registry, clock, pass, decide });
  } finally {
    store.close();
  }
}

/** The value `ghcr.io/you/app:TAG@DIGEST` under a rule of its own. */
export function valueOf(tag: string, digest: string | null, policy: Partial<Policy> = {}): Target {
  return sampleTarget({
    policy: { ...inlinePolicy("semver", "a.yaml:3"), ...policy },
    current: { name: "ghcr.io/you/app", tag, digest },
  });
}
