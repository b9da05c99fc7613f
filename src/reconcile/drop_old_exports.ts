// Exports of volumes that nobody needs any more: old ones of a stack that is at rest, and halves that a kill left.
import type { Result } from "../core/model/problem.ts";
import type { ApplyPorts, ApplySettings } from "./apply_ports.ts";
import { dropHalfExports, pruneExports } from "./exports_folder.ts";
import type { StackOrder } from "./stack_order.ts";

type DropPorts = Pick<ApplyPorts, "files" | "store" | "log">;

/** All but the newest ones, by `apply.backup.keep`. It only costs room when it fails. */
export async function dropOldExports(ports: DropPorts, { plan, settings }: StackOrder): Promise<void> {
  const rule = settings.apply.backup;
  if (rule === null) return;
  const row = ports.store.stacks().find(({ name }) => name === plan.stack);
  tell(ports, plan.stack, await pruneExports(ports.files, rule, plan.stack, row?.backup?.folder ?? null));
}

/** What was not complete when a pass ended; no export is under way while another pass begins. */
export async function dropHalves(
  ports: DropPorts,
  { apply: { backup: rule } }: ApplySettings,
  stacks: readonly string[],
): Promise<void> {
  if (rule === null) return;
  for (const stack of new Set(stacks)) tell(ports, stack, await dropHalfExports(ports.files, rule, stack));
}

function tell({ log }: DropPorts, stack: string, dropped: Result<void>): void {
  if (!dropped.ok) log.event("warning", "apply.exports_not_dropped", { stack, message: dropped.failure.message });
}
