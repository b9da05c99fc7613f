// The settings of `magos run`, with the defaults filled in.
import { parseDuration } from "../model/duration.ts";
import type { Schedule } from "../model/schedule.ts";
import type { WebhookKind } from "../model/webhook_kind.ts";
import type { Setting } from "./config_layer.ts";
import { absolutePath, pathOf } from "./setting_path.ts";

/** The HTTP server. */
export interface ServerConfig {
  readonly hostname: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** What `Host` may say besides loopback names; lower case. */
  readonly names: readonly string[];
  /** Absolute; null: nothing can be done over HTTP but look. */
  readonly adminTokenFile: string | null;
  readonly webhooks: readonly { readonly kind: WebhookKind; readonly secretFile: string }[];
}

/** What the daemon is told. */
export interface DaemonConfig {
  readonly update: Schedule;
  /** Null: it never deploys. */
  readonly apply: Schedule | null;
  /** Null: it does not listen. */
  readonly server: ServerConfig | null;
}

interface WrittenSchedule {
  readonly every?: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly jitter?: string;
}

const halfDay = 12 * 3600;
const longestJitter = 300;

/** The settings of merged layers. Their values have been checked when the layers were read. */
export function daemonConfigOf(settings: ReadonlyMap<string, Setting>): DaemonConfig {
  const apply = settings.get("apply.schedule");
  return {
    update: scheduleOf((settings.get("update.schedule")?.value ?? {}) as WrittenSchedule),
    apply: apply === undefined ? null : scheduleOf(apply.value as WrittenSchedule),
    server: serverOf(settings),
  };
}

function scheduleOf({ every, cron, timeZone = "UTC", jitter }: WrittenSchedule): Schedule {
  const written = jitter === undefined ? null : secondsOf(jitter);
  if (cron !== undefined) return { cron, timeZone, jitterSeconds: written ?? 0 };
  const everySeconds = every === undefined ? halfDay : secondsOf(every) ?? halfDay;
  return { everySeconds, timeZone, jitterSeconds: written ?? Math.min(longestJitter, Math.floor(everySeconds / 10)) };
}

function serverOf(settings: ReadonlyMap<string, Setting>): ServerConfig | null {
  const get = <T>(key: string, fallback: T): T => (settings.get(`server.${key}`)?.value as T | undefined) ?? fallback;
  const listen = get<string>("listen", "127.0.0.1:8420");
  if (listen === "off") return null;
  const colon = listen.lastIndexOf(":");
  const hooks = settings.get("server.webhooks");
  const written = (hooks?.value ?? []) as ServerConfig["webhooks"];
  return {
    hostname: listen.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
    port: Number(listen.slice(colon + 1)),
    names: get<readonly string[]>("names", []).map((name) => name.toLowerCase()),
    adminTokenFile: pathOf(settings.get("server.adminTokenFile")),
    webhooks: written.map(({ kind, secretFile }) => ({
      kind,
      secretFile: absolutePath(secretFile, hooks?.folder ?? ""),
    })),
  };
}

function secondsOf(text: string): number | null {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.value : null;
}
