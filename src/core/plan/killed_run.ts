// What a run's row says once it is known that its process is gone.
import type { Run } from "../ports/store.ts";

/**
 * The runs, with the killed one as `interrupted`: its row still says `running`, since only the next pass may write that
 * (contracts.md 4.2, row 1). Null: none was killed.
 */
export function endKilled(runs: readonly Run[], killed: string | null): readonly Run[] {
  return runs.map((run) => run.id === killed ? { ...run, result: "interrupted" } : run);
}
