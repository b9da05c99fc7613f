// doctor unit: the units that run magos on this host, whether they are as magos wrote them, and how they fare.
import { success } from "../../core/model/problem.ts";
import { isUnchangedUnit } from "../../core/stack/unit_text.ts";
import { unitFolder } from "../install_units.ts";
import type { Check, CheckContext, CheckItem, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";
import { askUnit, commandFor } from "./unit_state.ts";

const names = [
  "magos.service",
  "magos-update.timer",
  "magos-update.service",
  "magos-apply.timer",
  "magos-apply.service",
];
const startsContainers: ReadonlySet<string> = new Set(["magos.service", "magos-apply.service"]);
const largestUnit = 256 * 1024;

/** Asks the service manager about each that is there; none at all is no failure: cron and hands may run magos too. */
export const unitCheck: Check = {
  id: "unit",
  takesSubjects: false,
  async items(context) {
    const items: CheckItem[] = [];
    for (const scope of ["system", "user"] as const) {
      const folder = unitFolder(context.session.system, "systemd", scope);
      const there = folder === null ? null : await context.session.system.files.list(folder);
      for (const name of names.filter((it) => there?.ok && there.value.includes(it))) {
        items.push({ subject: name, look: () => look(context, `${folder}/${name}`, name, scope) });
      }
    }
    const none: Finding = {
      state: "skip",
      message: "no unit runs magos here",
      cure: "magos unit systemd --install, or with --user for yourself",
    };
    return success(items.length > 0 ? items : [{ subject: null, look: () => Promise.resolve([none]) }]);
  },
};

async function look(
  context: CheckContext,
  path: string,
  name: string,
  scope: "system" | "user",
): Promise<readonly Finding[]> {
  const { session } = context;
  const { files, uid } = session.system;
  const bytes = await files.read(path, largestUnit);
  const text = bytes.ok && bytes.value !== null ? new TextDecoder().decode(bytes.value) : "";
  const isOurs = isUnchangedUnit(text);
  const steps = [isOurs ? "as magos wrote it" : "changed or written by hand: magos unit --install leaves it"];
  const told = await askUnit(session.system, scope, name, ["ActiveState", "UnitFileState", "NeedDaemonReload"]);
  const [, active = ""] = /^ActiveState=(\S+)$/m.exec(told) ?? [];
  const call = commandFor("systemctl", scope);
  if (active === "") return [{ state: "skip", message: `${path}; the service manager does not answer`, steps }];
  if (active === "failed") {
    return [{
      state: "fail",
      message: `${path}: its last run failed`,
      cure: `${commandFor("journalctl", scope)} -u ${name}`,
      steps,
    }];
  }
  if (/^NeedDaemonReload=yes$/m.test(told)) {
    return [{ state: "warn", message: `${path} has changed since it was read`, cure: `${call} daemon-reload`, steps }];
  }
  // The settings of another user are not known here.
  const isOwn = scope === "user" || uid === 0;
  if (isOwn && deploys(session) && startsContainers.has(name) && /^NoNewPrivileges=yes$/m.test(text)) {
    return [{
      state: "warn",
      message: `${path} was made for a host that deploys nothing, and apply.schedule is set: its walls bind containers`,
      cure: `magos unit systemd ${
        scope === "user" ? "--user " : ""
      }--install (with --timer for timers), then ${call} restart ${name}`,
      steps,
    }];
  }
  // What a timer starts is at rest most of the time.
  const isStarted = active === "active" || active === "activating" || active === "reloading";
  const rests = /^magos-.*\.service$/.test(name);
  if (isStarted || rests) return [{ state: "ok", message: `${path}: ${active}`, steps }];
  return [{ state: "warn", message: `${path}: ${active}`, cure: `${call} enable --now ${name}`, steps }];
}
