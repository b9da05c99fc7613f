// What the service manager says of a unit, asked by systemctl.
import type { System } from "../../core/ports/system.ts";

/** Whose manager. */
export type UnitScope = "system" | "user";

/** Lines `Property=value`; empty when the manager does not answer. */
export async function askUnit(
  { process, env }: System,
  scope: UnitScope,
  name: string,
  properties: readonly string[],
): Promise<string> {
  const variables = ["PATH", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];
  const ran = await process.run({
    program: "systemctl",
    args: [...userFlag(scope), "show", `--property=${properties.join(",")}`, name],
    env: Object.fromEntries(variables.flatMap((it) => env[it] ? [[it, env[it]] as const] : [])),
    timeout: 4000,
  });
  return ran.ok && ran.value.code === 0 ? new TextDecoder().decode(ran.value.stdout) : "";
}

/** `systemctl --user`, or what else the user would type for this scope. */
export function commandFor(program: "systemctl" | "journalctl", scope: UnitScope): string {
  return [program, ...userFlag(scope)].join(" ");
}

function userFlag(scope: UnitScope): readonly string[] {
  return scope === "user" ? ["--user"] : [];
}
