// The layers of settings to the configuration that a run works with.
import { parseDuration } from "../model/duration.ts";
import { defaultHostSettings, type HostSettings } from "../model/host_settings.ts";
import { canonicalHost } from "../model/reference.ts";
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

/** An entry of `registries.hosts` as it is written. */
type WrittenHost = Partial<HostSettings> & { readonly caFile?: string };
type WrittenHosts = Readonly<Record<string, WrittenHost>>;

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
    /** Null: where podman looks. */
    readonly authFile: string | null;
    readonly certsDir: string | null;
    /** By host, canonical and with its port where it is an odd one: `docker.io`, `10.0.0.5:5000`. */
    readonly hosts: ReadonlyMap<string, HostSettings>;
  };
  readonly stateDir: string | null;
  readonly log: { readonly level: LogLevel | "off"; readonly format: "text" | "json" | "auto" };
}

/** Keys whose entries are taken one by one from the layers; every other key is taken whole (contracts 2.1). */
const mergedByEntry: ReadonlySet<string> = new Set(["registries.hosts"]);

/** Which source won each key: the first layer that sets it. */
export function mergeLayers(layers: readonly ConfigLayer[]): ReadonlyMap<string, Setting> {
  const merged = new Map<string, Setting>();
  for (const key of Object.keys(configKeys)) {
    const given = layers.map((layer) => layer.settings.get(key)).filter((it) => it !== undefined);
    const setting = mergedByEntry.has(key) ? joinEntries(given) : given[0];
    if (setting !== undefined) merged.set(key, setting);
  }
  return merged;
}

function joinEntries(given: readonly Setting[]): Setting | undefined {
  const [first] = given;
  if (first === undefined || given.length === 1) return first;
  const entries = given.toReversed().flatMap(({ value, folder }) =>
    Object.entries(value as WrittenHosts).map(([name, it]) => [name, withFolder(it, folder)] as const)
  );
  return { ...first, value: Object.fromEntries(entries), source: given.map(({ source }) => source).join(", ") };
}

// Entries of several files stand in one table then, each with its own place that relative paths start at.
function withFolder(written: WrittenHost, folder: string): WrittenHost {
  return written.caFile === undefined ? written : { ...written, caFile: absolute(written.caFile, folder) };
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
      authFile: path("registries.authFile"),
      certsDir: path("registries.certsDir"),
      hosts: hostsOf(settings.get("registries.hosts")),
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
  return absolute(String(setting.value), setting.folder);
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder.replace(/\/+$/, "")}/${path.replace(/^(\.\/)+/, "")}`;
}

function hostsOf(setting: Setting | undefined): ReadonlyMap<string, HostSettings> {
  const written = Object.entries((setting?.value ?? {}) as WrittenHosts);
  const folder = setting?.folder ?? "";
  return new Map(written.map(([name, host]) => [canonicalHost(name), hostOf(withFolder(host, folder))]));
}

function hostOf(written: WrittenHost): HostSettings {
  const realms = (written.realms ?? []).map((realm) => realm.toLowerCase());
  return { ...defaultHostSettings, ...written, realms };
}
