// Secrets that the engine keeps for a stack: known by name in its row, and taken away with what used them.
import { type Result, success } from "../core/model/problem.ts";
import type { StackContent, StackRow } from "../core/model/stack.ts";
import type { ApplyPorts } from "./apply_ports.ts";

type SecretPorts = Pick<ApplyPorts, "engine" | "store" | "stop" | "log">;

/** The row with the names that a deployment is about to make: kept before, so that a kill leaves none unknown. */
export function withEngineSecrets(row: StackRow, content: StackContent): StackRow {
  const names = new Set([...row.engineSecrets, ...namesOf(content)]);
  return names.size === row.engineSecrets.length ? row : { ...row, engineSecrets: [...names].sort() };
}

/** Removes what the stack used and uses no more, and saves the row without it. What cannot be removed stays in the row. */
export async function dropEngineSecrets(ports: SecretPorts, row: StackRow, content: StackContent): Promise<void> {
  const wanted = namesOf(content);
  if (row.engineSecrets.every((name) => wanted.includes(name))) return;
  const removed = await remove(ports, row, wanted);
  if (removed.ok) ports.store.saveStack({ ...row, engineSecrets: wanted });
  else ports.log.event("warning", "secrets.not_emptied", { stack: row.name, message: removed.failure.message });
}

/** Removes all that the engine keeps for a stack that left this host. */
export async function removeEngineSecrets(ports: SecretPorts, stack: string): Promise<Result<void>> {
  const row = ports.store.stacks().find(({ name }) => name === stack);
  return row === undefined ? success(undefined) : await remove(ports, row, []);
}

async function remove(ports: SecretPorts, row: StackRow, wanted: readonly string[]): Promise<Result<void>> {
  const others = ports.store.stacks().filter(({ name }) => name !== row.name).flatMap((it) => it.engineSecrets);
  const gone = row.engineSecrets.filter((name) => !wanted.includes(name) && !others.includes(name));
  return gone.length === 0 ? success(undefined) : await ports.engine.removeSecrets(gone, ports.stop);
}

function namesOf({ secrets }: StackContent): readonly string[] {
  return secrets.flatMap(({ engineName }) => engineName === null ? [] : [engineName]).sort();
}
