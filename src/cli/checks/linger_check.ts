// doctor linger: a user's services end with his last session, unless he lingers (loginctl(1)).
import { success } from "../../core/model/problem.ts";
import { unitFolder } from "../install_units.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";

/** For a host where this user's own units or containers are to run. Root's live without a session. */
export const lingerCheck: Check = {
  id: "linger",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look({ session }: CheckContext): Promise<readonly Finding[]> {
  const { system } = session;
  const { uid, env, process, files } = system;
  if (uid === 0) return [{ state: "skip", message: "root's services need no session" }];
  const folder = unitFolder(system, "systemd", "user");
  const names = folder === null ? null : await files.list(folder);
  const hasUnits = names?.ok === true && names.value.some((name) => /^magos.*\.(service|timer)$/.test(name));
  if (!hasUnits && !deploys(session)) return [{ state: "skip", message: "nothing of this user's is to outlive him" }];
  const ran = await process.run({
    program: "loginctl",
    args: ["show-user", String(uid ?? ""), "--property=Linger"],
    env: env["PATH"] ? { PATH: env["PATH"] } : {},
    timeout: 4000,
  });
  const told = ran.ok ? new TextDecoder().decode(ran.value.stdout).trim() : "";
  if (told === "Linger=yes") return [{ state: "ok", message: "services of this user run without a session" }];
  const message = told === "Linger=no"
    ? "services of this user end with his last session"
    : "loginctl does not say whether this user lingers";
  return [{ state: "warn", message, cure: "loginctl enable-linger" }];
}
