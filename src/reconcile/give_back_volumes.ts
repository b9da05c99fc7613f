// Step 11 of the apply pass, as far as it is about volumes: they hold again what was exported before the deployment.
import { type Failure, failure, type Result, success } from "../core/model/problem.ts";
import type { StackRow } from "../core/model/stack.ts";
import type { ApplyPorts } from "./apply_ports.ts";
import type { StepJournal } from "./step_journal.ts";
import { stopStack } from "./stop_stack.ts";

type GiveBackPorts = Pick<ApplyPorts, "engine" | "files" | "store" | "log" | "stop">;

/**
 * Gives the volumes back that the row still owes, with the stack stopped, and says so in the row. Nothing may be started
 * when it fails: what the volumes hold then is neither old nor new, and the next pass does it again.
 */
export async function giveBackVolumes(
  ports: GiveBackPorts,
  row: StackRow,
  journal: StepJournal,
): Promise<Result<StackRow>> {
  const { backup, project, name: stack } = row;
  if (backup === null || !backup.isDue) return success(row);
  const { engine, files, store, log, stop } = ports;
  const fail = (why: Failure): Result<never> => notRestored(stack, backup.folder, why);
  // An export that is gone must not cost what the volumes still hold.
  for (const name of backup.volumes) {
    const info = await files.stat(`${backup.folder}/${name}.tar`);
    if (!info.ok) return fail(info.failure);
    if (info.value?.kind !== "file") return fail(failure("file.unreadable", `there is no ${name}.tar`).failure);
  }
  const stopped = await stopStack(ports, project, journal);
  if (stopped.failure !== null) return fail(stopped.failure);
  for (const name of backup.volumes) {
    const step = { kind: "restore", subject: name, message: `from ${backup.folder}` } as const;
    const path = `${backup.folder}/${name}.tar`;
    const restored = await journal.run(step, () => engine.importVolume({ name, project }, path, stop));
    if (!restored.ok) return fail(restored.failure);
    log.event("debug", "apply.step", { step: "giving-back", stack });
  }
  const given: StackRow = { ...row, backup: { ...backup, isDue: false, isTouched: false } };
  store.saveStack(given);
  log.event("debug", "apply.step", { step: "given-back", stack });
  return success(given);
}

function notRestored(stack: string, folder: string, why: Failure): Result<never> {
  const message = `the volumes of ${stack} cannot be given back what they held before: ${why.message}; ` +
    `it lies in ${folder}, and nothing of ${stack} is started`;
  const cure = why.cure ?? "see what the engine says; the next pass tries again, or podman volume import by hand";
  return failure("stack.not_restored", message, { retry: "later", cure });
}
