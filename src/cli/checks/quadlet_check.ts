// doctor quadlet: whether this host can make services of Quadlet units: podman 4.4 and its generator (quadlet(7)).
import { success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import { unitFolder } from "../install_units.ts";
import type { Check, CheckItem, Finding } from "./check.ts";
import { askUnit, commandFor, type UnitScope } from "./unit_state.ts";

const quadletName = /\.(container|volume|network|kube|pod|image|build)$/;
const ownName = "magos.container";

/** Where systemd looks for generators, the first of a name wins (systemd.generator(7)). */
const generatorFolders = ["/run/systemd", "/etc/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd"];

/** A host without such units needs nothing. It starts no container: whether one of them would run is left open. */
export const quadletCheck: Check = {
  id: "quadlet",
  takesSubjects: false,
  async items({ session }) {
    const items: CheckItem[] = [];
    for (const scope of ["system", "user"] as const) {
      const folder = unitFolder(session.system, "quadlet", scope);
      const there = folder === null ? null : await session.system.files.list(folder);
      const names = there?.ok ? there.value.filter((name) => quadletName.test(name)) : [];
      if (names.length > 0) items.push({ subject: folder, look: () => look(session.system, scope, names) });
    }
    const none: Finding = { state: "skip", message: "no Quadlet units here" };
    return success(items.length > 0 ? items : [{ subject: null, look: () => Promise.resolve([none]) }]);
  },
};

async function look(system: System, scope: UnitScope, names: readonly string[]): Promise<readonly Finding[]> {
  const isOurs = names.includes(ownName);
  const bad = isOurs ? "fail" as const : "warn" as const;
  const version = await podmanVersion(system);
  if (version === null) return [{ state: bad, message: "podman does not answer", cure: "install podman 4.4 or newer" }];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 4 || major === 4 && minor < 4) {
    return [{
      state: bad,
      message: `podman ${version} knows no Quadlet; ${names.length} units are not started`,
      cure: "install podman 4.4 or newer",
    }];
  }
  const name = `podman-${scope}-generator`;
  if (!await hasGenerator(system, scope, name)) {
    return [{
      state: bad,
      message: `podman ${version} is here, its generator ${name} is not`,
      cure: `install it: it belongs to podman's package, in /usr/lib/systemd/${scope}-generators`,
    }];
  }
  if (isOurs) {
    const trouble = await troubleOf(system, scope);
    if (trouble !== null) return [trouble];
  }
  const message = `podman ${version} and its generator, ${names.length} units; whether a container runs is not tried`;
  return [{ state: "ok", message }];
}

/** What keeps magos's own container from being a service that runs. */
async function troubleOf(system: System, scope: UnitScope): Promise<Finding | null> {
  const told = await askUnit(system, scope, "magos.service", ["LoadState", "ActiveState"]);
  if (/^LoadState=not-found$/m.test(told)) {
    return {
      state: "fail",
      message: `no magos.service was made of ${ownName}`,
      cure: `${commandFor("systemctl", scope)} daemon-reload; if it is not there then, ` +
        `/usr/libexec/podman/quadlet -dryrun${scope === "user" ? " -user" : ""} says why`,
    };
  }
  if (/^ActiveState=failed$/m.test(told)) {
    return {
      state: "fail",
      message: `the last run of ${ownName} failed`,
      cure: `${commandFor("journalctl", scope)} -u magos.service`,
    };
  }
  if (!/^ActiveState=inactive$/m.test(told)) return null;
  const cure = `${commandFor("systemctl", scope)} start magos.service`;
  return { state: "warn", message: `${ownName} is not started`, cure };
}

async function podmanVersion({ process, env }: System): Promise<string | null> {
  const names = ["PATH", "HOME", "XDG_RUNTIME_DIR"];
  const ran = await process.run({
    program: "podman",
    args: ["--version"],
    env: Object.fromEntries(names.flatMap((name) => env[name] ? [[name, env[name]] as const] : [])),
    timeout: 4000,
  });
  if (!ran.ok || ran.value.code !== 0) return null;
  return /(\d+\.\d+[\w.+-]*)/.exec(new TextDecoder().decode(ran.value.stdout))?.[1] ?? null;
}

/** A link to /dev/null, as of a masked generator, is none. */
async function hasGenerator({ files }: System, scope: UnitScope, name: string): Promise<boolean> {
  for (const folder of generatorFolders) {
    const real = await files.realPath(`${folder}/${scope}-generators/${name}`);
    if (!real.ok || real.value === null) continue;
    const info = await files.stat(real.value);
    return info.ok && info.value?.kind === "file" && ((info.value.mode ?? 0) & 0o111) !== 0;
  }
  return false;
}
