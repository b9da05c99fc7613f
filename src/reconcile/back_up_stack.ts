// Step 5 of the apply pass, as far as it is about volumes: the stack is stopped, what they hold is exported. It comes
// after the pull, since nothing may stand still while images are fetched (contracts.md 4.3, row 6).
import type { BackupRule, StackBackup } from "../core/model/backup.ts";
import { type Failure, failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { Volume } from "../core/ports/engine.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import { beginExport, completeExport, type ExportPlace, exportsOf } from "./exports_folder.ts";
import type { StackOrder } from "./stack_order.ts";
import type { StepJournal } from "./step_journal.ts";
import { startAgain, type StopPorts, stopStack } from "./stop_stack.ts";

type BackUpPorts = StopPorts & Pick<ApplyPorts, "files" | "clock" | "log">;

/** What was exported, and the containers that were stopped for it. */
export interface BackedUp {
  readonly backup: StackBackup | null;
  readonly stopped: readonly string[];
}

/**
 * Exports what the plan says. When that fails, everything runs again as before, and nothing may be deployed. Volumes
 * that lie elsewhere are told in `problems`.
 */
export async function backUpStack(
  ports: BackUpPorts,
  order: StackOrder,
  journal: StepJournal,
  problems: Problem[],
): Promise<Result<BackedUp>> {
  const { plan, content, checkout, settings: { apply: { backup: rule } } } = order;
  if (plan.backup === null || rule === null) return success({ backup: null, stopped: [] });
  const { reason, volumes } = plan.backup;
  const found = await ports.engine.volumes(volumes, ports.stop);
  if (!found.ok) return refused(order, found.failure);
  const names = choose(order, found.value, journal, problems);
  if (names.length === 0) return success({ backup: null, stopped: [] });
  const at = { now: ports.clock.now(), revision: checkout.revision };
  const place = await beginExport(ports.files, rule, plan.stack, at);
  if (!place.ok) return refused(order, place.failure);
  const stopped = await stopStack(ports, content.project, journal);
  const done = stopped.failure === null
    ? await exportAll(ports, { rule, stack: plan.stack, place: place.value, names, reason }, journal)
    : { ok: false as const, failure: stopped.failure };
  if (done.ok && !ports.stop.aborted) {
    return success({
      backup: { folder: place.value.folder, volumes: names, isDue: false, isTouched: false },
      stopped: stopped.ids,
    });
  }
  // What runs on after this would not be in it.
  await ports.files.remove(done.ok ? place.value.folder : place.value.partial);
  const again = await startAgain(ports, stopped.ids);
  const why = done.ok ? failure("pass.interrupted", "a signal ended the pass").failure : done.failure;
  return refused(order, why, again.ok ? null : again.failure);
}

async function exportAll(
  { engine, files, log, stop }: BackUpPorts,
  { rule, stack, place, names, reason }: {
    readonly rule: BackupRule;
    readonly stack: string;
    readonly place: ExportPlace;
    readonly names: readonly string[];
    readonly reason: string;
  },
  journal: StepJournal,
): Promise<Result<void>> {
  for (const name of names) {
    const path = `${place.partial}/${name}.tar`;
    const step = { kind: "export", subject: name, message: reason } as const;
    const exported = await journal.run(step, async () => {
      // Made by us, for us alone: the engine writes into what is there.
      const made = await files.createFile(path, 0o600);
      const written = made.ok ? await engine.exportVolume(name, path, stop) : made;
      return written.ok ? await files.sync(path) : written;
    });
    if (!exported.ok) return exported;
    log.event("debug", "apply.step", { step: "exporting", stack });
  }
  const completed = await completeExport(files, exportsOf(rule, stack), place);
  if (completed.ok) log.event("debug", "apply.step", { step: "exported", stack });
  return completed;
}

function choose(
  { plan: { stack, backup } }: StackOrder,
  found: readonly Volume[],
  journal: StepJournal,
  problems: Problem[],
): readonly string[] {
  return (backup?.volumes ?? []).filter((name) => {
    const volume = found.find((it) => it.name === name);
    if (volume !== undefined && !volume.isElsewhere) return true;
    const step = { kind: "export", subject: name } as const;
    journal.skip(step, volume === undefined ? "it is not there yet" : "it is kept elsewhere");
    if (volume === undefined) return false;
    problems.push({
      code: "stack.not_in_export",
      severity: "warning",
      stack,
      message: `the volume ${name} of ${stack} is kept on a device, a network or by another driver: it is not exported`,
      cure: "save it where it lies, in a pre hook",
    });
    return false;
  });
}

function refused({ plan: { stack } }: StackOrder, why: Failure, down: Failure | null = null): Result<never> {
  const end = down === null
    ? "it runs as before"
    : `and it cannot be started again (${down.message}): start it by hand`;
  const message = `${stack} is not deployed, for its volumes cannot be exported: ${why.message}; ${end}`;
  const isFull = /no space left|disk quota/i.test(why.message);
  const cure = isFull ? "make room in apply.backup.dir, or lower apply.backup.keep" : why.cure;
  return failure("stack.not_exported", message, { retry: why.retry, ...(cure === undefined ? {} : { cure }) });
}
