// The layers of settings to the configuration that a run works with.
import { parseDuration } from "../model/duration.ts";
import type { Pin } from "../model/policy.ts";
import type { LogLevel } from "../ports/log.ts";
import { configKeys } from "./config_keys.ts";
import type { ConfigLayer, Setting } from "./config_layer.ts";

/** What is configured, with the defaults filled in. */
export interface Config {
  readonly repo: {
    readonly url: string | null;
    /** Null: the remote's own default branch. */
    readonly branch: string | null;
    readonly tokenFile: string | null;
    readonly user: string | null;
  };
  readonly update: {
    readonly paths: readonly string[];
    readonly policies: readonly string[];
    readonly pin: Pin;
    readonly author: { readonly name: string; readonly email: string };
  };
  readonly registries: {
    readonly scanIntervalSeconds: number;
    readonly registriesConf: string | null;
  };
  readonly flux: { readonly versioning: "flux" | "loose" };
  readonly stateDir: string | null;
  readonly log: { readonly level: LogLevel | "off"; readonly format: "text" | "json" | "auto" };
}

/** Which source won each key: the first layer that sets it. */
export function mergeLayers(layers: readonly ConfigLayer[]): ReadonlyMap<string, Setting> {
  const merged = new Map<string, Setting>();
  for (const key of Object.keys(configKeys)) {
    const setting = layers.map((layer) => layer.settings.get(key)).find((it) => it !== undefined);
    if (setting !== undefined) merged.set(key, setting);
  }
  return merged;
}

/** The layer without the keys that only a host may set, and those keys (contracts.md 2.1). */
export function repositoryLayer(
  layer: ConfigLayer,
): { readonly layer: ConfigLayer; readonly ignored: readonly string[] } {
  const mayStay = (key: string): boolean => configKeys[key]?.owner === "repository";
  const ignored = [...layer.settings.keys()].filter((key) => !mayStay(key));
  const settings = new Map([...layer.settings].filter(([key]) => mayStay(key)));
  return { layer: { ...layer, settings }, ignored };
}

/** The configuration of merged settings. Their values have been checked when the layers were read. */
export function configOf(settings: ReadonlyMap<string, Setting>): Config {
  const get = <T>(key: string, fallback: T): T => (settings.get(key)?.value as T | undefined) ?? fallback;
  const path = (key: string): string | null => pathOf(settings.get(key));
  const interval = parseDuration(get("registries.scanInterval", "1h"));
  return {
    repo: {
      url: get<string | null>("repo.url", null),
      branch: get<string | null>("repo.branch", null),
      tokenFile: path("repo.auth.tokenFile"),
      user: get<string | null>("repo.auth.user", null),
    },
    update: {
      paths: get("update.paths", ["."]),
      policies: get("update.policies", ["policies/**"]),
      pin: get<Pin>("update.pin", "both"),
      author: get("update.commit.author", { name: "magos", email: "magos@localhost" }),
    },
    registries: {
      scanIntervalSeconds: interval.ok ? interval.value : 3600,
      registriesConf: path("registries.registriesConf"),
    },
    flux: { versioning: get("flux.versioning", "flux") },
    stateDir: path("state.dir"),
    log: { level: get("log.level", "info"), format: get("log.format", "auto") },
  };
}

/** An absolute path: `~/` is not read, relative ones start at the folder of the file that names them. */
function pathOf(setting: Setting | undefined): string | null {
  if (setting === undefined) return null;
  const path = String(setting.value);
  return path.startsWith("/") ? path : `${setting.folder.replace(/\/+$/, "")}/${path.replace(/^(\.\/)+/, "")}`;
}
