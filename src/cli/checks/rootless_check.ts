// doctor rootless: podman without root needs further ids for its containers (subuid(5)).
import { success } from "../../core/model/problem.ts";
import type { Check, CheckContext, Finding } from "./check.ts";
import { deploys } from "./deploys.ts";

/** Asks podman itself, which knows all the ways in which ids may be given. */
export const rootlessCheck: Check = {
  id: "rootless",
  takesSubjects: false,
  items: (context) => Promise.resolve(success([{ subject: null, look: () => look(context) }])),
};

async function look({ session }: CheckContext): Promise<readonly Finding[]> {
  const { uid, env, process } = session.system;
  if (uid === 0) return [{ state: "skip", message: "magos runs as root" }];
  if (!deploys(session)) return [{ state: "skip", message: "this host does not deploy" }];
  const names = ["PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "CONTAINERS_CONF"];
  const ran = await process.run({
    program: "podman",
    args: ["info", "--format", "{{range .Host.IDMappings.UIDMap}}{{.Size}} {{end}}"],
    env: Object.fromEntries(names.flatMap((name) => env[name] ? [[name, env[name]] as const] : [])),
    timeout: 4500,
  });
  if (!ran.ok) return [{ state: "skip", message: ran.failure.message }];
  if (ran.value.code !== 0) {
    return [{ state: "warn", message: "podman info fails", cure: "run podman info by hand to see why" }];
  }
  const sizes = new TextDecoder().decode(ran.value.stdout).trim().split(/\s+/).map(Number);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total >= 65_536) return [{ state: "ok", message: `containers of this user have ${total} ids` }];
  return [{
    state: "fail",
    message: `containers of this user have ${total} ids, and most images need 65536`,
    cure: "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER, then podman system migrate",
  }];
}
