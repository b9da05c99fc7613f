// Hooks of a stack, by the rule of `apply.hooks`; one that is skipped is told.
import { type Problem, type Result, success } from "../core/model/problem.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import type { StackOrder } from "./stack_order.ts";
import type { StepJournal } from "./step_journal.ts";

/**
 * Runs the script in the stack's folder; a `pre` hook of a stack that was never there runs in the checkout. What is
 * skipped is added to `problems`.
 */
export async function runHook(
  { hooks, files, stop, stackFolder }: Pick<ApplyPorts, "hooks" | "files" | "stop" | "stackFolder">,
  which: "pre" | "post",
  order: StackOrder,
  journal: StepJournal,
  problems: Problem[],
): Promise<Result<void>> {
  const { content, checkout, settings, row } = order;
  const script = content.stack.hooks[which];
  if (script === null) return success(undefined);
  const step = { kind: "hook", subject: which } as const;
  const why = refusal(order);
  if (why !== null) {
    journal.skip(step, why);
    problems.push({
      code: "hook.skipped",
      severity: "warning",
      stack: content.stack.name,
      message: `the ${which} hook of ${content.stack.name} was not run: ${why}`,
      cure: "set repo.verifyCommits, or apply.hooks: always if you trust whoever can push",
    });
    return success(undefined);
  }
  const inside = content.folder === "" ? "" : `/${content.folder}`;
  const own = stackFolder(content.stack.name) + inside;
  const there = await files.stat(own);
  const folder = there.ok && there.value?.kind === "directory" ? own : checkout.root + inside;
  const variables = {
    MAGOS_STACK: content.stack.name,
    MAGOS_HOST: settings.host,
    MAGOS_REVISION: checkout.revision,
    MAGOS_PREVIOUS_REVISION: row?.applied?.revision ?? "",
  };
  const ran = await journal.run(step, () => hooks.run({ script, folder, variables }, stop));
  if (ran.ok) return ran;
  const message = `the ${which} hook of ${content.stack.name} failed: ${ran.failure.message}`;
  return { ok: false, failure: { ...ran.failure, stack: content.stack.name, message } };
}

function refusal({ settings, isVerified }: StackOrder): string | null {
  const rule = settings.apply.hooks;
  if (rule === "never") return "apply.hooks is never";
  if (rule === "verified" && !isVerified) return "commits are not verified on this host";
  return null;
}
