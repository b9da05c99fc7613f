// Units put where systemd looks: none that somebody changed is replaced unless told so, and all are looked at first.
import { failure, type Result, success } from "../core/model/problem.ts";
import type { System } from "../core/ports/system.ts";
import type { PlacedUnit } from "../core/report/unit_report.ts";
import { isUnchangedUnit, type UnitFile } from "../core/stack/unit_text.ts";
import { createFile } from "./create_file.ts";

/** Larger than any unit that somebody wrote. */
const largestUnit = 256 * 1024;

/** Where units of a kind belong; null when the home of the user is not known. */
export function unitFolder(
  { env }: System,
  kind: "systemd" | "quadlet",
  scope: "user" | "system",
): string | null {
  if (scope === "system") return kind === "systemd" ? "/etc/systemd/system" : "/etc/containers/systemd";
  const config = env["XDG_CONFIG_HOME"] || (env["HOME"] ? `${env["HOME"]}/.config` : null);
  return config === null ? null : `${config}/${kind === "systemd" ? "systemd/user" : "containers/systemd"}`;
}

/** Writes what differs. Fails with `unit.changed` before anything is written, or with `unit.not_written`. */
export async function installUnits(
  system: System,
  folder: string,
  units: readonly UnitFile[],
  force: boolean,
): Promise<Result<readonly PlacedUnit[]>> {
  const placed: PlacedUnit[] = [];
  for (const { name, text } of units) {
    const path = `${folder}/${name}`;
    const there = await readUnit(system, path);
    if (!there.ok) return there;
    const isOther = there.value !== null && there.value !== text && !isUnchangedUnit(there.value);
    if (isOther && !force) {
      return failure("unit.changed", `${path} was changed or written by somebody; it is not replaced`, {
        file: path,
        cure: "compare it with what magos unit prints, then use --force; drop-ins (systemctl edit) are never touched",
      });
    }
    placed.push({ path, text, state: there.value === text ? "unchanged" : "written" });
  }
  for (const { path, text } of placed.filter(({ state }) => state === "written")) {
    const made = await system.files.makeFolder(folder);
    const written = made.ok ? await createFile(system, path, text) : made;
    if (!written.ok) return notWritten(system, folder, path, written.failure.message);
  }
  return success(placed);
}

function notWritten({ uid }: System, folder: string, path: string, why: string): Result<never> {
  const reason = /[^:]*$/.exec(why)?.[0].trim();
  return failure("unit.not_written", `${path} cannot be written: ${reason}`, {
    file: path,
    cure: folder.startsWith("/etc/") && uid !== 0
      ? "run it as root, by sudo, or with --user for your own service manager"
      : `see that ${folder} may be written by you`,
  });
}

/** The unit's text; null when there is none. A link, as of a masked unit, counts as somebody's. */
async function readUnit({ files }: System, path: string): Promise<Result<string | null>> {
  const info = await files.stat(path);
  if (!info.ok) return info;
  if (info.value === null) return success(null);
  if (info.value.kind !== "file") return success("");
  const bytes = await files.read(path, largestUnit);
  if (!bytes.ok) return bytes;
  return success(bytes.value === null ? null : new TextDecoder().decode(bytes.value));
}
