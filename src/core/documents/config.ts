// The layers of settings to the configuration that a run works with.
import { parseDuration } from "../model/duration.ts";
import type { Pin } from "../model/policy.ts";
import type { LogLevel } from "../ports/log.ts";
import { configKeys } from "./config_keys.ts";
import type { ConfigLayer, Setting } from "./config_layer.ts";

/** A Compose file whose images are followed without markers. */
export interface App {
  readonly name: string;
  /** Path in the repository. */
  readonly compose: string;
  readonly images: readonly { readonly service: string | null; readonly policy: string; readonly pin: Pin | null }[];
}

/** An app as it is written. */
interface WrittenApp {
  readonly name: string;
  readonly compose: string;
  readonly images?: readonly WrittenImage[];
  readonly service?: string;
  readonly policy?: string;
  readonly pin?: Pin;
}

interface WrittenImage {
  readonly service?: string;
  readonly policy: string;
  readonly pin?: Pin;
}

/** What is configured, with the defaults filled in. */
export interface Config {
  readonly repo: {
    readonly url: string | null;
    /** Null: the remote's own default branch. */
    readonly branch: string | null;
    readonly tokenFile: string | null;
    readonly user: string | null;
  };
  readonly apps: readonly App[];
  readonly update: {
    readonly paths: readonly string[];
    readonly policies: readonly string[];
    readonly pin: Pin;
    readonly author: { readonly name: string; readonly email: string };
  };
  /** Of Flux policies that do not say it themselves. */
  readonly fluxVersioning: "flux" | "loose";
  readonly registries: {
    readonly scanIntervalSeconds: number;
    readonly registriesConf: string | null;
  };
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
    apps: get<readonly WrittenApp[]>("apps", []).map(appOf),
    fluxVersioning: get("flux.versioning", "flux"),
    update: {
      policies: get("update.policies", ["policies/**"]),
      paths: get("update.paths", ["."]),
      pin: get<Pin>("update.pin", "both"),
      author: get("update.commit.author", { name: "magos", email: "magos@localhost" }),
    },
    registries: {
      scanIntervalSeconds: interval.ok ? interval.value : 3600,
      registriesConf: path("registries.registriesConf"),
    },
    stateDir: path("state.dir"),
    log: { level: get("log.level", "info"), format: get("log.format", "auto") },
  };
}

/** `service` and `policy` on the app itself are the short form of one image. */
function appOf({ name, compose, images = [], service, policy, pin }: WrittenApp): App {
  const written: readonly WrittenImage[] = policy === undefined
    ? images
    : [{ policy, ...(service === undefined ? {} : { service }), ...(pin === undefined ? {} : { pin }) }, ...images];
  return {
    name,
    compose: compose.replace(/^(\.\/)+/, ""),
    images: written.map((image) => ({ service: image.service ?? null, policy: image.policy, pin: image.pin ?? null })),
  };
}

/** An absolute path: `~/` is not read, relative ones start at the folder of the file that names them. */
function pathOf(setting: Setting | undefined): string | null {
  if (setting === undefined) return null;
  const path = String(setting.value);
  return path.startsWith("/") ? path : `${setting.folder.replace(/\/+$/, "")}/${path.replace(/^(\.\/)+/, "")}`;
}
