// What a run adds to the counters, which only ever grow (contracts.md 3.1).
import type { Counter, Run } from "../ports/store.ts";

/** The steps of one run that has ended. */
export function runCounters({ kind, result, started, ended, changes }: Run): readonly Counter[] {
  const seconds = ended === null || ended < started ? 0 : (ended - started) / 1000;
  return [
    { name: "passes", labels: { kind, result }, value: 1 },
    { name: "pass_seconds", labels: { kind }, value: seconds },
    { name: "changes", labels: { kind }, value: changes.length },
  ];
}
