// Whether others may come after a stack that a pass is done with: what runs of it has to be healthy.
import type { StackPlan } from "../core/plan/stack_plan.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { Container } from "../core/ports/engine.ts";
import { runsWell } from "../core/stack/runs_well.ts";
import type { ApplyPorts } from "./apply_ports.ts";

/** Asks the engine only when the stack was touched and not watched. `containers`: as they were when the pass began. */
export async function mayFollow(
  { store, engine, clock, stop }: Pick<ApplyPorts, "store" | "engine" | "clock" | "stop">,
  outcome: StackOutcome,
  { content }: StackPlan,
  containers: readonly Container[],
): Promise<boolean> {
  const { running, action, state } = outcome;
  if (content === null) return state !== "failed";
  if (running !== null) return running.state === "healthy" || (running.state === "starting" && state !== "failed");
  const listed = action === "none" ? null : await engine.list(stop);
  if (listed?.ok === false) return false;
  const row = store.stacks().find(({ name }) => name === outcome.name) ?? null;
  return runsWell(row, content, listed === null ? containers : listed.value, clock.now()) === "well";
}
