// The layers of settings to the configuration that a run works with.
import { parseDuration } from "../model/duration.ts";
import { defaultHostSettings, type HostSettings } from "../model/host_settings.ts";
import { canonicalHost } from "../model/reference.ts";
import { parsePlatform } from "../model/platform.ts";
import type { GateDefaults, Pin } from "../model/policy.ts";
import type { LogLevel } from "../ports/log.ts";
import { type ApplyConfig, applyConfigOf } from "./apply_config.ts";
import { configKeys } from "./config_keys.ts";
import type { ConfigLayer, Setting } from "./config_layer.ts";
import { type DaemonConfig, daemonConfigOf } from "./daemon_config.ts";
import { absolutePath, pathOf } from "./setting_path.ts";

/** Whose signatures are believed; paths are absolute. */
export interface VerifyCommits {
  readonly allowedSigners: string | null;
  readonly gpgKeys: string | null;
  /** Signers that may only move marked values and add to `.magos/` (contracts.md 3.3). */
  readonly bots: readonly string[];
}

/** The key that signs commits; a path is absolute. */
export type SigningKey = { readonly ssh: string } | { readonly gpg: string };

/** A GitHub App that pushes, as it is written: whether it is whole is judged where it is used. */
export interface GithubApp {
  readonly appId: number | null;
  /** Null: found by the repository. */
  readonly installationId: number | null;
  readonly privateKeyFile: string | null;
}

/** Images that are left alone. */
export interface Exclusion {
  /** A glob of image names. */
  readonly image: string;
  readonly reason: string | null;
}

/** A Compose file whose images are followed without markers. */
export interface App {
  readonly name: string;
  /** Path in the repository. */
  readonly compose: string;
  readonly images: readonly { readonly service: string | null; readonly policy: string; readonly pin: Pin | null }[];
  /** Images of one group move together or not at all; null: each by itself, unless its policy says otherwise. */
  readonly group: string | null;
}

/** An app as it is written. */
interface WrittenApp {
  readonly name: string;
  readonly compose: string;
  readonly images?: readonly WrittenImage[];
  readonly service?: string;
  readonly policy?: string;
  readonly pin?: Pin;
  readonly group?: string;
}

interface WrittenImage {
  readonly service?: string;
  readonly policy: string;
  readonly pin?: Pin;
}

/** An entry of `registries.hosts` as it is written. */
type WrittenHost = Partial<HostSettings> & { readonly caFile?: string };
type WrittenHosts = Readonly<Record<string, WrittenHost>>;

/** The entries of `flux.secrets`. */
type WrittenPaths = Readonly<Record<string, string>>;

/** What is configured, with the defaults filled in. */
export interface Config {
  readonly repo: {
    readonly url: string | null;
    /** Null: the remote's own default branch. */
    readonly branch: string | null;
    readonly tokenFile: string | null;
    readonly user: string | null;
    readonly sshKeyFile: string | null;
    readonly knownHostsFile: string | null;
    readonly githubApp: GithubApp | null;
    readonly forge: "auto" | "github" | "forgejo" | "gitea" | "gitlab" | "none";
    readonly forgeUrl: string | null;
    readonly caFile: string | null;
    readonly verifyCommits: VerifyCommits | null;
  };
  readonly apps: readonly App[];
  readonly update: {
    readonly paths: readonly string[];
    readonly policies: readonly string[];
    readonly pin: Pin;
    readonly exclude: readonly Exclusion[];
    readonly delivery: "push" | "branch";
    /** Template of the branch's name. */
    readonly branch: string;
    /** Of the calendar in templates. */
    readonly timeZone: string;
    readonly commitPer: "pass" | "group" | "image";
    /** Template; null: the built-in message. */
    readonly message: string | null;
    readonly sign: SigningKey | null;
    readonly author: { readonly name: string; readonly email: string };
  };
  readonly gates: GateDefaults;
  /** Of Flux policies that do not say it themselves. */
  readonly fluxVersioning: "flux" | "loose";
  /** Whether an automation sees policies of its own namespace alone. */
  readonly strictNamespaces: boolean;
  /** Absolute paths of the files that stand for Secrets, by `namespace:name`. */
  readonly fluxSecrets: ReadonlyMap<string, string>;
  readonly registries: {
    readonly scanIntervalSeconds: number;
    readonly registriesConf: string | null;
    /** Null: where podman looks. */
    readonly authFile: string | null;
    readonly certsDir: string | null;
    /** By host, canonical and with its port where it is an odd one: `docker.io`, `10.0.0.5:5000`. */
    readonly hosts: ReadonlyMap<string, HostSettings>;
  };
  readonly apply: ApplyConfig;
  readonly daemon: DaemonConfig;
  readonly stateDir: string | null;
  readonly runtimeDir: string | null;
  readonly log: { readonly level: LogLevel | "off"; readonly format: "text" | "json" | "auto" };
}

/** Keys whose entries are taken one by one from the layers; every other key is taken whole (contracts 2.1). */
const mergedByEntry: ReadonlySet<string> = new Set(["hosts", "registries.hosts", "flux.secrets"]);

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
    Object.entries(value as WrittenHosts | WrittenPaths).map(([name, it]) =>
      [name, typeof it === "string" ? absolutePath(it, folder) : withFolder(it, folder)] as const
    )
  );
  return { ...first, value: Object.fromEntries(entries), source: given.map(({ source }) => source).join(", ") };
}

// Entries of several files stand in one table then, each with its own place that relative paths start at.
function withFolder(written: WrittenHost, folder: string): WrittenHost {
  return written.caFile === undefined ? written : { ...written, caFile: absolutePath(written.caFile, folder) };
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
  const daemon = daemonConfigOf(settings);
  return {
    repo: {
      url: get<string | null>("repo.url", null),
      branch: get<string | null>("repo.branch", null),
      tokenFile: path("repo.auth.tokenFile"),
      user: get<string | null>("repo.auth.user", null),
      sshKeyFile: path("repo.auth.sshKeyFile"),
      knownHostsFile: path("repo.auth.knownHostsFile"),
      githubApp: githubAppOf(settings),
      forge: get("repo.forge", "auto"),
      forgeUrl: get<string | null>("repo.forgeUrl", null),
      caFile: path("repo.caFile"),
      verifyCommits: verifyCommitsOf(settings.get("repo.verifyCommits")),
    },
    apps: get<readonly WrittenApp[]>("apps", []).map(appOf),
    gates: gatesOf(get("gates.constraints.arch", []), get<string | null>("gates.rollout.minAge", null)),
    fluxVersioning: get("flux.versioning", "flux"),
    strictNamespaces: String(get("flux.strictNamespaces", false)) === "true",
    fluxSecrets: secretFilesOf(settings.get("flux.secrets")),
    update: {
      policies: get("update.policies", ["policies/**"]),
      paths: get("update.paths", ["."]),
      pin: get<Pin>("update.pin", "both"),
      exclude: get<readonly WrittenExclusion[]>("update.exclude", []).map(exclusionOf),
      delivery: get("update.delivery", "push"),
      branch: get("update.branch", "image-updates/{{ isoYear }}-w{{ isoWeek }}"),
      timeZone: daemon.update.timeZone,
      commitPer: get("update.commit.per", "pass"),
      message: get<string | null>("update.commit.message", null),
      sign: signingKeyOf(settings.get("update.commit.sign")),
      author: get("update.commit.author", { name: "magos", email: "magos@localhost" }),
    },
    registries: {
      scanIntervalSeconds: interval.ok ? interval.value : 3600,
      registriesConf: path("registries.registriesConf"),
      authFile: path("registries.authFile"),
      certsDir: path("registries.certsDir"),
      hosts: hostsOf(settings.get("registries.hosts")),
    },
    apply: applyConfigOf(settings),
    daemon,
    stateDir: path("state.dir"),
    runtimeDir: path("state.runtimeDir"),
    log: { level: get("log.level", "info"), format: get("log.format", "auto") },
  };
}

/** `service` and `policy` on the app itself are the short form of one image. */
function appOf({ name, compose, images = [], service, policy, pin, group }: WrittenApp): App {
  const written: readonly WrittenImage[] = policy === undefined
    ? images
    : [{ policy, ...(service === undefined ? {} : { service }), ...(pin === undefined ? {} : { pin }) }, ...images];
  return {
    name,
    compose: compose.replace(/^(\.\/)+/, ""),
    images: written.map((image) => ({ service: image.service ?? null, policy: image.policy, pin: image.pin ?? null })),
    group: group ?? null,
  };
}

function gatesOf(arch: string | readonly string[], minAge: string | null): GateDefaults {
  const age = minAge === null ? null : parseDuration(minAge);
  return {
    arch: [arch].flat().map(parsePlatform).flatMap((parsed) => parsed.ok ? [parsed.value] : []),
    minAgeSeconds: age?.ok ? age.value : null,
  };
}

type WrittenExclusion = string | { readonly image: string; readonly reason?: string };

function exclusionOf(written: WrittenExclusion): Exclusion {
  return typeof written === "string"
    ? { image: written, reason: null }
    : { image: written.image, reason: written.reason ?? null };
}

function githubAppOf(settings: ReadonlyMap<string, Setting>): GithubApp | null {
  const number = (name: string): number | null => {
    const value = settings.get(`repo.auth.githubApp.${name}`)?.value;
    return value === undefined ? null : Number(value);
  };
  const [appId, installationId] = [number("appId"), number("installationId")];
  const privateKeyFile = pathOf(settings.get("repo.auth.githubApp.privateKeyFile"));
  const isWritten = appId !== null || installationId !== null || privateKeyFile !== null;
  return isWritten ? { appId, installationId, privateKeyFile } : null;
}

function verifyCommitsOf(setting: Setting | undefined): VerifyCommits | null {
  if (setting === undefined) return null;
  const { allowedSigners, gpgKeys, bots } = setting.value as Partial<VerifyCommits>;
  const path = (written: string | null | undefined): string | null =>
    written ? absolutePath(written, setting.folder) : null;
  return { allowedSigners: path(allowedSigners), gpgKeys: path(gpgKeys), bots: bots ?? [] };
}

function signingKeyOf(setting: Setting | undefined): SigningKey | null {
  if (setting === undefined) return null;
  const key = setting.value as SigningKey;
  return "ssh" in key ? { ssh: absolutePath(key.ssh, setting.folder) } : key;
}

function secretFilesOf(setting: Setting | undefined): ReadonlyMap<string, string> {
  const written = Object.entries((setting?.value ?? {}) as WrittenPaths);
  return new Map(written.map(([name, path]) => [name.replace("/", ":"), absolutePath(path, setting?.folder ?? "")]));
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
