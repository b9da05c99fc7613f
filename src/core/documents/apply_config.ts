// The settings of the apply pass, with the defaults filled in.
import type { BackupRule } from "../model/backup.ts";
import { parseDuration } from "../model/duration.ts";
import { parsePlatform, type Platform } from "../model/platform.ts";
import type { AppStack, HealthRule, Rollback, StackDefaults } from "../model/stack.ts";
import { parseClockTime, type WeekDay, weekDays, type Window } from "../model/window.ts";
import type { Setting } from "./config_layer.ts";
import { absolutePath, pathOf } from "./setting_path.ts";

/** What the apply pass is told. */
export interface ApplyConfig {
  /** Null: the machine's name. */
  readonly host: string | null;
  /** By name; empty: there is only this host. */
  readonly hosts: ReadonlyMap<string, { readonly platform: Platform }>;
  readonly discover: readonly ("apps" | "hosts" | "gitops")[];
  readonly engine: "auto" | "podman-compose" | "podman compose" | "docker compose";
  /** What is said for all stacks. */
  readonly defaults: StackDefaults;
  readonly apps: readonly AppStack[];
  /** Seconds that a bad digest is held. */
  readonly quarantineSeconds: number;
  readonly prune: boolean;
  readonly hooks: "verified" | "always" | "never";
  /** Null: volumes are not exported. */
  readonly backup: BackupRule | null;
  /** Absolute; null: whatever `SOPS_*` says. */
  readonly ageKeyFile: string | null;
}

interface WrittenWindow {
  readonly days?: readonly WeekDay[];
  readonly from: string;
  readonly to: string;
  readonly timeZone?: string;
}

interface WrittenHealth {
  readonly timeout?: string;
  readonly settle?: string;
  readonly http?: string;
  readonly tcp?: string;
}

interface WrittenApp {
  readonly name: string;
  readonly compose: string;
  readonly hosts?: readonly string[];
  readonly after?: readonly string[];
  readonly window?: readonly WrittenWindow[];
  readonly health?: WrittenHealth;
  readonly rollback?: Rollback;
  readonly hooks?: { readonly pre?: string; readonly post?: string };
}

const defaultHealth: HealthRule = { timeoutSeconds: null, settleSeconds: 30, http: null, tcp: null };
const defaultKeep = 3;
const thirtyDays = 30 * 86_400;

/** The settings of merged layers. Their values have been checked when the layers were read. */
export function applyConfigOf(settings: ReadonlyMap<string, Setting>): ApplyConfig {
  const get = <T>(key: string, fallback: T): T => (settings.get(key)?.value as T | undefined) ?? fallback;
  return {
    host: get<string | null>("apply.host", null),
    hosts: hostsOf(get("hosts", {})),
    discover: get("apply.discover", ["apps", "hosts", "gitops"]),
    engine: get("apply.engine", "auto"),
    defaults: {
      windows: get<readonly WrittenWindow[]>("apply.window", []).map(windowOf),
      health: { ...defaultHealth, ...healthOf(get("apply.health", {})) },
      rollback: get("apply.rollback", "revert"),
    },
    apps: get<readonly WrittenApp[]>("apps", []).map(appOf),
    quarantineSeconds: secondsOf(get("apply.quarantine", "30d")) ?? thirtyDays,
    prune: String(get("apply.prune", true)) === "true",
    hooks: get("apply.hooks", "verified"),
    backup: backupOf(settings.get("apply.backup")),
    ageKeyFile: pathOf(settings.get("apply.secrets.ageKeyFile")),
  };
}

function backupOf(setting: Setting | undefined): BackupRule | null {
  if (setting === undefined) return null;
  const { dir, before = "major", keep = defaultKeep } = setting.value as Partial<BackupRule> & { readonly dir: string };
  return { dir: absolutePath(dir, setting.folder).replace(/(?<=.)\/+$/, ""), before, keep };
}

function appOf({ name, compose, hosts, after, window, health, rollback, hooks }: WrittenApp): AppStack {
  return {
    name,
    compose: compose.replace(/^(\.\/)+/, ""),
    hosts: hosts ?? null,
    after: after ?? [],
    windows: window?.map(windowOf) ?? null,
    health: healthOf(health ?? {}),
    rollback: rollback ?? null,
    hooks: { pre: hooks?.pre ?? null, post: hooks?.post ?? null },
  };
}

function windowOf({ days, from, to, timeZone }: WrittenWindow): Window {
  return {
    days: days ?? weekDays,
    from: parseClockTime(from) ?? 0,
    to: parseClockTime(to) ?? 0,
    timeZone: timeZone ?? "UTC",
  };
}

/** Only what is written: the rest comes from what is said for all. */
function healthOf({ timeout, settle, http, tcp }: WrittenHealth): Partial<HealthRule> {
  const timeoutSeconds = timeout === undefined ? null : secondsOf(timeout);
  const settleSeconds = settle === undefined ? null : secondsOf(settle);
  return {
    ...(timeoutSeconds === null ? {} : { timeoutSeconds }),
    ...(settleSeconds === null ? {} : { settleSeconds }),
    ...(http === undefined ? {} : { http }),
    ...(tcp === undefined ? {} : { tcp }),
  };
}

function hostsOf(
  written: Readonly<Record<string, { readonly platform: string }>>,
): ApplyConfig["hosts"] {
  return new Map(
    Object.entries(written).flatMap(([name, { platform }]) => {
      const parsed = parsePlatform(platform);
      return parsed.ok ? [[name, { platform: parsed.value }] as const] : [];
    }),
  );
}

function secondsOf(text: string): number | null {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.value : null;
}
