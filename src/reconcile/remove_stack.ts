// Step 13 of the apply pass: a stack that left git goes, with its networks and its folder, never with its volumes.
import { type Problem, problemOf, type Result } from "../core/model/problem.ts";
import type { StackPlan } from "../core/plan/stack_plan.ts";
import type { StackOutcome } from "../core/report/stack_outcome.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { removeEngineSecrets } from "./engine_secrets.ts";
import { outcomeOf } from "./stack_order.ts";
import { openJournal } from "./step_journal.ts";

/** Removes it. Its row is forgotten last, so that a kill leaves what the next pass goes on with. */
export async function removeStack(ports: ApplyPorts, plan: StackPlan): Promise<StackOutcome> {
  const { engine, git, store, stop, clock, log } = ports;
  const journal = openJournal(plan.steps, clock);
  const failed = (result: Result<unknown>): StackOutcome | null =>
    result.ok
      ? null
      : outcomeOf(plan, "failed", journal.steps(), { problems: [problemOf(result.failure, { stack: plan.stack })] });
  for (const [at, step] of plan.steps.filter(({ kind }) => kind === "stop").entries()) {
    const id = plan.remove[at];
    const ended = failed(await journal.run(step, () => engine.removeContainers(id === undefined ? [] : [id], stop)));
    if (ended !== null) return ended;
  }
  for (const step of plan.steps.filter(({ kind }) => kind === "remove")) {
    const ended = failed(await journal.run(step, () => engine.removeNetworks(plan.project, stop)));
    if (ended !== null) return ended;
  }
  const unkept = failed(await removeEngineSecrets(ports, plan.stack));
  if (unkept !== null) return unkept;
  const dropped = await git.dropStackTree(plan.stack);
  store.forgetStack(plan.stack);
  log.event("debug", "apply.step", { step: "removed", stack: plan.stack });
  const problems = dropped.ok && dropped.value ? [] : [filesLeft(ports, plan, dropped)];
  return outcomeOf(plan, "removed", journal.steps(), { problems });
}

function filesLeft({ stackFolder }: ApplyPorts, { stack }: StackPlan, dropped: Result<boolean>): Problem {
  const folder = stackFolder(stack);
  const why = dropped.ok ? "its containers wrote files there" : dropped.failure.message;
  return {
    code: "stack.files_left",
    severity: "warning",
    stack,
    message: `${stack} is gone; its folder ${folder} stays, since ${why}`,
    cure: "keep what you need of it, then delete the folder",
  };
}
