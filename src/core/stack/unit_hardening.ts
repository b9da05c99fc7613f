// What a unit of magos may do on its host: as little as its verbs need (systemd.exec(5)).
import type { UnitSetting } from "./unit_text.ts";

/** What the unit's verbs do, and for whom. */
export interface UnitRights {
  readonly scope: "user" | "system";
  /** Whether it starts containers. */
  readonly applies: boolean;
  /** Whether the program is magos as released, whose JavaScript engine compiles nothing while it runs. */
  readonly isReleased: boolean;
  /** Absolute paths outside of the state folder that are written to. */
  readonly writes: readonly string[];
}

/**
 * The settings, with the reasons of what is left out. An engine that magos starts hands its own limits on to the
 * containers: without new privileges or a mount namespace of its own, rootless podman finds no subordinate ids and
 * `podman exec` no files.
 */
export function hardeningOf(rights: UnitRights): readonly UnitSetting[] {
  if (rights.applies) return applying;
  const closed = rights.isReleased ? [...seccomp, writeOrExecute] : seccomp;
  return rights.scope === "user" ? closed : [...closed, ...walls, ...pathsOf(rights)];
}

/** Closes as far as a program that deploys can be closed. */
const applying: readonly UnitSetting[] = [
  {
    name: "KillMode",
    value: "process",
    why:
      "networks and monitors of containers that magos started live on when it ends; what they may do is the engine's",
  },
  { name: "LockPersonality", value: "yes" },
  { name: "KeyringMode", value: "private" },
];

/** What a user's service manager can enforce too: no namespaces, which not every kernel grants it. */
const seccomp: readonly UnitSetting[] = [
  { name: "KillMode", value: "mixed" },
  { name: "NoNewPrivileges", value: "yes" },
  { name: "LockPersonality", value: "yes" },
  { name: "KeyringMode", value: "private" },
  { name: "RestrictAddressFamilies", value: "AF_UNIX AF_INET AF_INET6 AF_NETLINK" },
  { name: "RestrictNamespaces", value: "yes" },
  { name: "RestrictRealtime", value: "yes" },
  { name: "RestrictSUIDSGID", value: "yes" },
  { name: "SystemCallArchitectures", value: "native" },
  { name: "SystemCallFilter", value: "@system-service" },
  { name: "SystemCallFilter", value: "~@privileged @resources" },
  { name: "SystemCallErrorNumber", value: "EPERM" },
  { name: "UMask", value: "0077" },
];

const writeOrExecute: UnitSetting = {
  name: "MemoryDenyWriteExecute",
  value: "yes",
  why: "holds for the released program; one that is started by deno needs --v8-flags=--lite-mode",
};

const walls: readonly UnitSetting[] = [
  {
    name: "CapabilityBoundingSet",
    value: "",
    why: "root without its powers: the same state as by hand, and the files of root alone",
  },
  { name: "AmbientCapabilities", value: "" },
  { name: "ProtectSystem", value: "strict" },
  { name: "ProtectHome", value: "read-only", why: "root's own logins of registries are read" },
  { name: "PrivateTmp", value: "yes" },
  { name: "PrivateDevices", value: "yes" },
  { name: "DevicePolicy", value: "closed" },
  { name: "PrivateIPC", value: "yes" },
  { name: "ProtectClock", value: "yes" },
  { name: "ProtectControlGroups", value: "yes" },
  { name: "ProtectHostname", value: "yes" },
  { name: "ProtectKernelLogs", value: "yes" },
  { name: "ProtectKernelModules", value: "yes" },
  { name: "ProtectKernelTunables", value: "yes" },
  { name: "ProtectProc", value: "invisible" },
  { name: "ProcSubset", value: "pid" },
  { name: "RemoveIPC", value: "yes" },
  {
    name: "IPAddressDeny",
    value: "169.254.0.0/16 fd00:ec2::254 multicast",
    why: "where clouds hand out credentials",
  },
];

function pathsOf({ writes }: UnitRights): readonly UnitSetting[] {
  // A path that is missing must not keep the unit from starting: magos says itself what is wrong.
  return writes.map((path) => ({ name: "ReadWritePaths", value: `-${quoted(path)}` }));
}

function quoted(path: string): string {
  return path.replaceAll("%", "%%").replaceAll(/[\\ "']/g, "\\$&");
}
