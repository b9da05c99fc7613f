// The end of an apply pass: what it said of each stack, and how that was last seen, kept for `status` (contracts.md 1.3).
import type { Health } from "../core/model/health.ts";
import type { StackContent, StackRow } from "../core/model/stack.ts";
import type { StackWord } from "../core/model/stack_word.ts";
import type { Time } from "../core/model/time.ts";
import { freshRow, isBlank, reasonOf } from "../core/plan/stack_rows.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { Container } from "../core/ports/engine.ts";
import { seenHealth } from "../core/stack/seen_health.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import type { HostStacks } from "./read_stacks.ts";

/** What a pass knows in the end. */
export interface PassEnd {
  readonly revision: string;
  readonly stacks: Pick<HostStacks, "contents" | "broken">;
  readonly outcomes: readonly StackOutcome[];
  /** As they were when the pass began. */
  readonly containers: readonly Container[];
  /** Null: all stacks were asked for. */
  readonly only: readonly string[] | null;
}

/** Writes only rows that say something else now. Asks the engine once more when something was done. */
export async function noteStacks(
  ports: Pick<ApplyPorts, "store" | "engine" | "clock" | "stop">,
  end: PassEnd,
): Promise<void> {
  const { store, engine, clock, stop } = ports;
  const isTouched = end.outcomes.some(({ action }) => action !== "none");
  const listed = isTouched ? await engine.list(stop) : null;
  const containers = listed === null ? end.containers : listed.ok ? listed.value : null;
  const now = clock.now();
  const rows = new Map(store.stacks().map((row) => [row.name, row]));
  for (const outcome of end.outcomes) {
    const content = end.stacks.contents.find(({ stack }) => stack.name === outcome.name) ?? null;
    const row = rows.get(outcome.name) ?? blankRow(content, outcome, end.revision, now);
    if (row === null || outcome.state === "removed") continue;
    const health = containers === null ? row.health : outcome.running ?? seenHealth(row, content, containers, now);
    save(ports, row, { said: wordOf(outcome, row, end.revision), health: withoutLog(health) });
  }
  for (const name of end.stacks.broken) {
    const row = rows.get(name);
    if (row !== undefined) save(ports, row, { said: brokenWord(end.revision), health: row.health });
  }
  const known = new Set([...end.outcomes.map(({ name }) => name), ...end.stacks.broken]);
  for (const row of end.only === null ? rows.values() : []) {
    if (isBlank(row) && !known.has(row.name)) store.forgetStack(row.name);
  }
}

/** A row for a stack that waits and was never begun: without one nobody could be told of it. */
function blankRow(
  content: StackContent | null,
  { state, hash }: StackOutcome,
  revision: string,
  now: Time,
): StackRow | null {
  const waits = state === "waiting" || state === "held" || state === "failed";
  return content === null || !waits ? null : freshRow(content, { revision, hash }, now);
}

function wordOf(outcome: StackOutcome, row: StackRow, revision: string): StackWord {
  const { state, waitsFor, until } = outcome;
  const isGood = state === "current" || state === "deployed" || state === "repaired";
  const word = { revision, waitsFor, until };
  if (isGood) return { ...word, state: "current", reason: "" };
  if (state === "held") return { ...word, state, waitsFor: waitsFor ?? "hold", reason: reasonOf(outcome.reason) };
  if (state === "rolled-back") {
    return { ...word, state, waitsFor: waitsFor ?? "git", reason: row.reason ?? reasonOf(outcome.reason) };
  }
  if (state === "failed") {
    const problem = outcome.problems.find(({ severity }) => severity === "error");
    const isRetried = row.retryAt !== null;
    // Else it may be the reason of an earlier pass.
    const kept = isRetried || row.phase === "rolled-back" ? row.reason : null;
    const reason = kept ?? reasonOf(problem?.message ?? outcome.reason);
    const until = row.retryAt ?? outcome.until;
    return {
      ...word,
      state,
      waitsFor: row.phase === "rolled-back" ? "git" : isRetried ? "retry" : waitsFor,
      until,
      reason,
    };
  }
  return { ...word, state: "waiting", reason: reasonOf(outcome.reason) };
}

function brokenWord(revision: string): StackWord {
  const reason = "its files cannot be read; what runs of it stays";
  return { state: "failed", reason, waitsFor: "git", until: null, revision };
}

function withoutLog(health: Health | null): Health | null {
  return health === null ? null : { ...health, log: [] };
}

function save({ store }: Pick<ApplyPorts, "store">, row: StackRow, now: Pick<StackRow, "said" | "health">): void {
  const { said, health } = row;
  if (
    JSON.stringify({ said: unmoved(said), health }) === JSON.stringify({ said: unmoved(now.said), health: now.health })
  ) {
    return;
  }
  store.saveStack({ ...row, ...now });
}

/** Of a stack that is as git says it does not matter which commit was the last to change nothing of it. */
function unmoved(said: StackWord | null): StackWord | null {
  return said?.state === "current" ? { ...said, revision: "" } : said;
}
