// What systemd starts: the daemon as a service, or single passes by timers.
import { environmentName } from "../documents/config_keys.ts";
import { hardeningOf } from "./unit_hardening.ts";
import { runtimeEnvironment } from "./runtime_environment.ts";
import { type UnitFile, type UnitSection, type UnitSetting, unitText, unitVariable, unitWord } from "./unit_text.ts";

/** A file, by the key of the configuration that names it. */
export interface UnitInput {
  readonly key: string;
  /** Absolute. */
  readonly path: string;
}

/** What the units are for. */
export interface UnitOrder {
  /** Name and version of the program that writes them. */
  readonly maker: string;
  readonly scope: "user" | "system";
  readonly kind: "daemon" | "timer";
  /** Absolute path of the program. */
  readonly program: string;
  /** Whether that is magos as released. */
  readonly isReleased: boolean;
  /** The configuration to name; null: the program finds it by itself. */
  readonly config: string | null;
  /** Files with secrets, which the service manager can hand over. */
  readonly secrets: readonly UnitInput[];
  /** Other files and folders that are read. A service sees them where they are; a container has to be given them. */
  readonly files: readonly UnitInput[];
  /** Whether this host deploys. */
  readonly applies: boolean;
  /** Absolute paths that are written to besides the state folder. */
  readonly writes: readonly string[];
  /** Seconds between two passes of the timers. */
  readonly every: { readonly update: number; readonly apply: number };
}

/** `magos.service`, or a service and a timer for each pass. Paths hold no control characters. */
export function systemdUnits(order: UnitOrder): readonly UnitFile[] {
  if (order.kind === "daemon") return [daemon(order)];
  const passes = order.applies ? ["update", "apply"] as const : ["update"] as const;
  return passes.flatMap((pass) => [onePass(order, pass), timer(order, pass)]);
}

function daemon(order: UnitOrder): UnitFile {
  const sections = [
    unitSection(order, "magos: images and stacks from git"),
    section("Service", [
      { name: "Type", value: "notify" },
      { name: "NotifyAccess", value: "main" },
      { name: "ExecStart", value: commandLine(order, "run") },
      { name: "ExecReload", value: "/bin/kill -HUP $MAINPID" },
      { name: "WatchdogSec", value: "60", why: "the beat comes from the passes themselves: one that hangs is ended" },
      { name: "Restart", value: "on-failure" },
      { name: "RestartSec", value: "10" },
      { name: "RestartPreventExitStatus", value: "2", why: "a wrong configuration does not mend itself" },
      { name: "TimeoutStopSec", value: "30" },
      { name: "OOMPolicy", value: "continue" },
      ...surroundings(order, order.applies),
    ]),
    section("Install", [{ name: "WantedBy", value: order.scope === "user" ? "default.target" : "multi-user.target" }]),
  ];
  return { name: "magos.service", text: unitText(order.maker, [], sections) };
}

function onePass(order: UnitOrder, pass: "update" | "apply"): UnitFile {
  const sections = [
    unitSection(order, pass === "update" ? "magos: look for newer images" : "magos: deploy what git says"),
    section("Service", [
      { name: "Type", value: "oneshot" },
      { name: "ExecStart", value: commandLine(order, pass) },
      // A pull alone may take an hour, and what is broken off three times counts as not healthy (contracts 4.3).
      { name: "TimeoutStartSec", value: pass === "apply" ? "6h" : "1h" },
      { name: "TimeoutStopSec", value: "30" },
      ...surroundings(order, pass === "apply"),
    ]),
  ];
  return { name: `magos-${pass}.service`, text: unitText(order.maker, [], sections) };
}

function timer({ maker, every }: UnitOrder, pass: "update" | "apply"): UnitFile {
  const seconds = every[pass];
  const sections = [
    section("Unit", [{ name: "Description", value: `magos: when to ${pass}` }]),
    section("Timer", [
      { name: "OnActiveSec", value: "2min" },
      { name: "OnUnitInactiveSec", value: `${seconds}s` },
      { name: "RandomizedDelaySec", value: `${Math.min(600, Math.ceil(seconds / 10))}s` },
    ]),
    section("Install", [{ name: "WantedBy", value: "timers.target" }]),
  ];
  return { name: `magos-${pass}.timer`, text: unitText(maker, [], sections) };
}

function unitSection({ scope }: UnitOrder, description: string): UnitSection {
  return section("Unit", [
    { name: "Description", value: description },
    // A user's manager knows no target of the network; a pass without it tries again by itself.
    ...scope === "user" ? [] : [
      { name: "Wants", value: "network-online.target" },
      { name: "After", value: "network-online.target" },
    ],
  ]);
}

/** What is around the program: environment, folders, secrets, memory and walls. */
function surroundings(order: UnitOrder, applies: boolean): readonly UnitSetting[] {
  const { scope, secrets } = order;
  const given = scope === "system" ? secrets : [];
  const folders = applies
    ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    : "/usr/local/bin:/usr/bin:/bin";
  return [
    ...scope === "user" ? [] : [{ name: "User", value: "root" }],
    { name: "Environment", value: unitVariable("PATH", folders) },
    { name: "Environment", value: runtimeEnvironment },
    ...given.flatMap(({ key, path }, index) => [
      {
        name: "LoadCredential",
        value: `${credentialName(key)}:${path.replaceAll("%", "%%")}`,
        ...credentialWhy(index),
      },
      { name: "Environment", value: unitVariable(environmentName(key), `%d/${credentialName(key)}`, false) },
    ]),
    ...scope === "user" ? [] : [
      { name: "StateDirectory", value: "magos" },
      { name: "StateDirectoryMode", value: "0700" },
    ],
    ...applies ? runtimeFolder : [],
    { name: "MemoryHigh", value: applies ? "512M" : "192M" },
    { name: "TasksMax", value: "512" },
    ...hardeningOf({ ...order, applies }),
  ];
}

const runtimeFolder: readonly UnitSetting[] = [
  { name: "RuntimeDirectory", value: "magos" },
  { name: "RuntimeDirectoryMode", value: "0700" },
  { name: "RuntimeDirectoryPreserve", value: "yes", why: "secrets that containers have mounted stay when magos ends" },
];

function credentialWhy(index: number): { readonly why?: string } {
  return index > 0 ? {} : { why: "read by systemd, for magos alone; LoadCredentialEncrypted= works too" };
}

/** `repo.auth.tokenFile` is `repo-auth-tokenFile` below `$CREDENTIALS_DIRECTORY`. */
function credentialName(key: string): string {
  return key.replaceAll(".", "-");
}

function commandLine({ program, config }: UnitOrder, verb: string): string {
  return [program, ...config === null ? [] : ["--config", config], verb].map(unitWord).join(" ");
}

function section(name: string, settings: readonly UnitSetting[]): UnitSection {
  return { name, settings };
}
