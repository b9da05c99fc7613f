// The containers of a stack stopped while its volumes are read or written as a whole, and started again.
import type { Failure, Result } from "../core/model/problem.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import type { StepJournal } from "./step_journal.ts";

/** What stopping takes. */
export type StopPorts = Pick<ApplyPorts, "engine" | "stop">;

/** What was stopped, or was about to be when it failed; in the order in which it is started again. */
export interface Stopped {
  readonly ids: readonly string[];
  readonly failure: Failure | null;
}

/** Stops all that runs of the project, the youngest first: what was started later needs what was there before. */
export async function stopStack(ports: StopPorts, project: string, journal: StepJournal): Promise<Stopped> {
  const { engine, stop } = ports;
  const listed = await engine.list(stop);
  if (!listed.ok) return { ids: [], failure: listed.failure };
  const ids = listed.value.filter((it) => it.project === project && isUp(it.state))
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)).map(({ id }) => id);
  const step = { kind: "stop", subject: project } as const;
  const stopped = await journal.run(step, () => engine.stopContainers(ids.toReversed(), stop));
  return { ids, failure: stopped.ok ? null : stopped.failure };
}

/** Also when a signal ended the pass: who gives up leaves nothing standing still. */
export async function startAgain({ engine }: Pick<StopPorts, "engine">, ids: readonly string[]): Promise<Result<void>> {
  return await engine.startContainers(ids);
}

function isUp(state: string): boolean {
  return state === "running" || state === "restarting" || state === "paused";
}
