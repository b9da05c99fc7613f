// Configuration and machine to the world that a pass works in. The only file of the command line that knows adapters.
import type { GithubApp } from "../adapters/forge/github_app.ts";
import { openGithubApp } from "../adapters/forge/open_app.ts";
import { openSetup } from "../adapters/forge/open_setup.ts";
import { joinCaFile, readCaFile } from "../adapters/git/ca_file.ts";
import { chooseAuth } from "../adapters/git/choose_auth.ts";
import { createRepository, type NewRepository, pullClone } from "../adapters/git/create_repository.ts";
import { createGit } from "../adapters/git/git.ts";
import { createHistory, mirrorHistory } from "../adapters/git/local_history.ts";
import { openLocalClone } from "../adapters/git/local_clone.ts";
import { isTracked } from "../adapters/git/is_tracked.ts";
import { originOf } from "../adapters/git/origin_of.ts";
import { askPushRight } from "../adapters/git/push_right.ts";
import { parseRemote } from "../adapters/git/remote.ts";
import { isReadableByAll, readSecretFile } from "../adapters/git/secret_file.ts";
import { hostOfSshAddress } from "../adapters/git/ssh_address.ts";
import { createRegistry } from "../adapters/registry/create_registry.ts";
import { GrantedAccess } from "../adapters/registry/granted_access.ts";
import { createCredentialSource } from "../adapters/registry/credentials/credential_source.ts";
import { readRegistriesConf, type RegistriesConfPlaces } from "../adapters/registry/read_registries_conf.ts";
import { TlsIdentities } from "../adapters/registry/tls_identities.ts";
import { openState } from "../adapters/state/open_state.ts";
import { SqliteStore } from "../adapters/state/sqlite_store.ts";
import type { Config } from "../core/documents/config.ts";
import { resolveEndpoint } from "../core/documents/registry_endpoint.ts";
import type { ShortNames } from "../core/documents/short_names.ts";
import { defaultHostSettings, type HostSettings } from "../core/model/host_settings.ts";
import { failure, type Problem, type Result, success } from "../core/model/problem.ts";
import type { AccessBook } from "../core/model/repository_access.ts";
import type { Examiner } from "../core/ports/examiner.ts";
import type { Repository } from "../core/model/reference.ts";
import type { Checkout, Git } from "../core/ports/git.ts";
import type { Secret } from "../core/model/secret.ts";
import type { ForgeApp } from "../core/ports/forge_app.ts";
import type { ForgeSetup } from "../core/ports/forge_setup.ts";
import type { History } from "../core/ports/history.ts";
import type { Registry } from "../core/ports/registry.ts";
import type { Store } from "../core/ports/store.ts";
import type { System } from "../core/ports/system.ts";
import { version } from "./version.ts";

/** State and registries: what deciding needs. */
export interface World {
  readonly store: Store;
  readonly registry: Registry & Examiner;
  /** Where names without a registry are looked for on this machine. */
  readonly shortNames: ShortNames;
  readonly stateDir: string;
  /** Where the login for a repository comes from, by file or helper; null where none is found. */
  loginOrigin(repository: Repository): Promise<string | null>;
  /** Lets resources of the repository add to what this machine knows of reaching registries. */
  readonly grant: (access: AccessBook) => void;
  /** What was wrong so far with state and logins; more may come to light as registries are asked. */
  readonly problems: readonly Problem[];
  close(): void;
}

/** Opens the state and the registries of this machine. The caller closes it. */
export async function openWorld(system: System, config: Config): Promise<Result<World>> {
  const stateDir = stateFolder(system, config);
  if (!stateDir.ok) return stateDir;
  const conf = await readRegistriesConf(podmanPlaces(system, config));
  if (!conf.ok) return conf;
  const state = await openState(system.files, stateDir.value, system.clock.now());
  if (!state.ok) return state;
  const store = new SqliteStore(state.value.database);
  const settings = (host: string): HostSettings => config.registries.hosts.get(host) ?? defaultHostSettings;
  const folders = certificateFolders(system, config);
  const identities = new TlsIdentities({ ...system, folders, settings });
  const helpers = conf.value.credentialHelpers;
  const logins = createCredentialSource({
    ...system,
    authFile: config.registries.authFile,
    ...(helpers.length === 0 ? {} : { helpers }),
  });
  const granted = new GrantedAccess((repository) => resolveEndpoint(conf.value, repository));
  const registry = createRegistry({
    http: system.http,
    clock: system.clock,
    random: system.random,
    log: system.log,
    profiles: { get: (host) => store.hostProfile(host), save: (host, profile) => store.saveHostProfile(host, profile) },
    refusals: {
      get: (place) => store.refusals(place),
      save: (place, refusal, now) => store.saveRefusal(place, refusal, now),
      forget: (place) => store.forgetRefusals(place),
    },
    resolveEndpoint: (repository) => granted.endpoint(repository),
    settings,
    tls: (server) => {
      const identity = granted.identity(server);
      return identity === null ? identities.find(server) : Promise.resolve(success(identity));
    },
    credentials: async (place) => granted.login(place)?.credential ?? await logins.find(place),
    credentialCure: (place) => granted.cure(place) ?? logins.cure(place),
    credentialOrigin: (place) => granted.login(place)?.from ?? logins.origin(place),
    userAgent: `magos/${version}`,
  });
  return success({
    store,
    registry,
    shortNames: conf.value,
    stateDir: stateDir.value,
    async loginOrigin(repository) {
      const endpoint = resolveEndpoint(conf.value, repository);
      if (!endpoint.ok || await logins.find(endpoint.value) === null) return null;
      return logins.origin(endpoint.value);
    },
    grant: (access) => granted.grant(access),
    get problems() {
      return [...state.value.problems, ...logins.problems()];
    },
    close() {
      store.close();
      for (const identity of [...identities.found(), ...granted.identities()]) system.http.release?.(identity);
    },
  });
}

/** The remote that the configuration names, for verbs that act. `config.missing` when it names none. */
export async function openGit(
  system: System,
  config: Config,
  token: string | null,
  stateDir: string,
): Promise<Result<Git>> {
  const remote = await openRemote(system, config, token, stateDir);
  return remote.ok ? success(remote.value.git) : remote;
}

/** The remote, and how magos logs in there. */
export interface RemoteAccess {
  readonly git: Git;
  /** Holds no secret. */
  readonly url: string;
  /** In words, never what it is. */
  readonly login: string;
  readonly app: ForgeApp | null;
  /** Asks the remote as a push does, without pushing; `timeout` in milliseconds. Fails with `git.*`. */
  mayPush(timeout: number): Promise<Result<void>>;
}

/** The same with what `doctor` looks at. Nothing is asked of the remote yet, and no credential is read. */
export async function openRemote(
  system: System,
  config: Config,
  token: string | null,
  stateDir: string,
): Promise<Result<RemoteAccess>> {
  const url = await remoteOf(system, config);
  if (!url.ok) return url;
  const remote = parseRemote(url.value);
  if (!remote.ok) return remote;
  const roots = config.repo.caFile === null ? success(null) : await readCaFile(system.files, config.repo.caFile);
  if (!roots.ok) return roots;
  const app = openApp(system, config, remote.value.url, roots.value);
  if (!app.ok) return app;
  const chosen = chooseAuth(system, remote.value, { ...config.repo, token, app: app.value });
  if (!chosen.ok) return chosen;
  const joined = roots.value !== null && remote.value.protocol === "https"
    ? await joinCaFile({ ...system, folder: stateDir }, roots.value)
    : success(null);
  if (!joined.ok) return joined;
  const access = { ...system, remote: remote.value, auth: chosen.value.source, caFile: joined.value, folder: stateDir };
  const git = createGit({ ...access, sign: config.update.sign, trust: config.repo.verifyCommits });
  const mayPush = (timeout: number): Promise<Result<void>> =>
    askPushRight({ ...access, home: `${stateDir}/home`, ceiling: stateDir, timeout });
  return success({ git, url: remote.value.url, login: chosen.value.login, app: app.value, mayPush });
}

/** The forge's API beside a git server, for a token; null where there is none that magos knows, or no server at all. */
export async function openForgeSetup(
  system: System,
  config: Config,
  url: string,
  token: Secret,
): Promise<Result<ForgeSetup | null>> {
  const remote = parseRemote(url);
  if (!remote.ok) return remote;
  const { protocol } = remote.value;
  if (protocol === "file") return success(null);
  const origin = remote.value.origin ?? `https://${hostOfSshAddress(remote.value.url).host}`;
  const roots = config.repo.caFile === null ? success(null) : await readCaFile(system.files, config.repo.caFile);
  if (!roots.ok) return roots;
  return await openSetup({
    ...config.repo,
    http: system.http,
    signal: system.stop,
    userAgent: `magos/${version}`,
    url: remote.value.url,
    origin,
    roots: roots.value,
    token,
  });
}

/** Host and port of an SSH address; null for any other, and for one that git would not take. */
export function sshPlace(url: string): { readonly host: string; readonly port: number } | null {
  const remote = parseRemote(url);
  return remote.ok && remote.value.protocol === "ssh" ? hostOfSshAddress(remote.value.url) : null;
}

/** Whether git keeps a file of this machine. */
export function isKeptByGit(system: System, path: string): Promise<Result<boolean>> {
  return isTracked(system, path);
}

function openApp(system: System, { repo }: Config, url: string, roots: string | null): Result<GithubApp | null> {
  if (repo.githubApp === null) return success(null);
  const { files, log } = system;
  const readKey = async (path: string): Promise<Result<string>> => {
    const read = await readSecretFile(files, path, "repo.auth.githubApp.privateKeyFile");
    if (read.ok && isReadableByAll(read.value)) log.event("warning", "forge.key_readable_by_all", { file: path });
    return read.ok ? success(read.value.text) : read;
  };
  return openGithubApp({ ...system, ...repo, ...repo.githubApp, url, roots, readKey, userAgent: `magos/${version}` });
}

/** The user's own clone around a folder, read as it is (rulings.md 14). */
export function openClone(system: System, path: string): Promise<Result<Checkout>> {
  return openLocalClone({ ...system, path });
}

/** A bare repository with a first commit and a clone of it, for the demo. */
export function createClone(system: System, order: NewRepository): Promise<Result<void>> {
  return createRepository(system, order);
}

/** Brings the demo's clone to what was pushed. */
export function refreshClone(system: System, order: NewRepository): Promise<Result<void>> {
  return pullClone(system, order);
}

/** The past of the remote as its mirror in the state folder holds it. */
export function openMirrorPast(system: System, stateDir: string): History {
  return mirrorHistory(system, stateDir);
}

/** The past of the user's own clone. */
export function openClonePast(system: System, root: string): History {
  return createHistory({ ...system, folder: root, ceiling: null });
}

/** Where `repo.url` leads: a bare repository or URL as it is, a work tree to its origin, `owner/name` to GitHub. */
async function remoteOf(system: System, config: Config): Promise<Result<string>> {
  const { url } = config.repo;
  if (url === null) {
    return failure("config.missing", "no repository is configured", {
      cure:
        "set repo.url in the host's file (in a clone its own magos.yaml is taken for it: name yours by --config), " +
        "MD_REPO in the environment, or --repo URL|PATH",
    });
  }
  if (/^[a-z+]+:\/\//i.test(url)) return success(url);
  const path = url.startsWith("/") ? url : `${system.cwd}/${url}`;
  const present = await system.files.realPath(path);
  if (!present.ok) return present;
  if (present.value === null && /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(url)) {
    return success(`https://github.com/${url.replace(/\.git$/, "")}.git`);
  }
  if (present.value === null && /^[^/]+@[^/]+:/.test(url)) return success(url);
  if (present.value === null) {
    return failure("git.not_a_repository", `repo.url: there is no ${path}`, { cure: "check the path or write a URL" });
  }
  const origin = await originOf({ ...system, path: present.value });
  return origin.ok ? success(origin.value.url) : origin;
}

/** `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/magos`; root: `/var/lib/magos` (contracts.md 2.2). */
export function stateFolder(system: System, config: Config): Result<string> {
  const { env, uid } = system;
  if (config.stateDir !== null) return success(config.stateDir);
  // systemd may name several folders, the first is ours.
  const given = env["STATE_DIRECTORY"]?.split(":")[0];
  if (given) return success(given);
  if (env["XDG_STATE_HOME"]) return success(`${env["XDG_STATE_HOME"]}/magos`);
  if (uid === 0) return success("/var/lib/magos");
  if (env["HOME"]) return success(`${env["HOME"]}/.local/state/magos`);
  return failure("state.unusable", "neither HOME nor XDG_STATE_HOME is set", { cure: "set state.dir" });
}

/** Where podman keeps what rules registries, on this machine and for this user. */
function podmanPlaces({ env, files }: System, config: Config): RegistriesConfPlaces {
  const { registriesConf } = config.registries;
  const asked = registriesConf ?? env["CONTAINERS_REGISTRIES_CONF"];
  const home = env["HOME"];
  return { files, asked: asked || null, configHome: env["XDG_CONFIG_HOME"] || (home ? `${home}/.config` : null) };
}

/** The folders of certificates; the configured one alone, else podman's and Docker's. */
function certificateFolders({ env }: System, config: Config): readonly string[] {
  const { certsDir } = config.registries;
  if (certsDir !== null) return [certsDir];
  const own = env["HOME"] ? [`${env["HOME"]}/.config/containers/certs.d`] : [];
  return [...own, "/etc/containers/certs.d", "/etc/docker/certs.d"];
}
