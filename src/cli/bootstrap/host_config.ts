// The configuration of a host that is being set up: found from an earlier run, or written from what was chosen.
import { type Config, configOf, mergeLayers } from "../../core/documents/config.ts";
import { readConfigFile } from "../../core/documents/config_layer.ts";
import { writeYaml, type YamlTable } from "../../core/documents/write_yaml.ts";
import type { Secret } from "../../core/model/secret.ts";
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { System } from "../../core/ports/system.ts";
import { decodeText } from "../../core/yaml/text.ts";
import { createFile } from "../create_file.ts";
import type { ChosenLogin } from "./choose_login.ts";
import type { BootstrapOrder } from "./read_order.ts";

/** Where the files of a host lie; null when the user's home is not known. */
export function hostFolder({ env }: System, scope: "user" | "system"): string | null {
  if (scope === "system") return "/etc/magos";
  const config = env["XDG_CONFIG_HOME"] || (env["HOME"] ? `${env["HOME"]}/.config` : null);
  return config === null ? null : `${config}/magos`;
}

/** The configuration that is there; null when there is none. Fails with `bootstrap.other_repo` for another repository. */
export async function readHostConfig(system: System, path: string, repo: string): Promise<Result<Config | null>> {
  const bytes = await system.files.read(path, 1024 * 1024);
  if (!bytes.ok || bytes.value === null) return bytes.ok ? success(null) : bytes;
  const text = decodeText(bytes.value, path);
  if (!text.ok) return text;
  const layer = readConfigFile(text.value, path, { HOSTNAME: system.hostname, ...system.env });
  const wrong = layer.problems.find(({ severity }) => severity === "error");
  if (wrong !== undefined) {
    const { severity: _severity, ...rest } = wrong;
    return { ok: false, failure: { ...rest, retry: "never" } };
  }
  const config = configOf(mergeLayers([layer]));
  const isNoted = config.repo.url !== null && text.value.split("\n").includes(noteOf(repo, config.repo.url));
  if (isNoted || config.repo.url !== null && isSameRepository(config.repo.url, repo)) return success(config);
  const other = config.repo.url ?? "no repository";
  return failure("bootstrap.other_repo", `${path} names ${other}, and config/flux.yaml names ${repo}`, {
    file: path,
    cure: "set repo.url and repo.auth there by hand, or move the file away and run magos bootstrap again",
  });
}

/** The same repository may be reached over HTTP and SSH, at one host or at names below it. */
export function isSameRepository(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  const sameHost = a.host === b.host || a.host.endsWith(`.${b.host}`) || b.host.endsWith(`.${a.host}`);
  const samePath = a.path === b.path || a.path.endsWith(`/${b.path}`) || b.path.endsWith(`/${a.path}`);
  return sameHost && samePath;
}

function partsOf(url: string): { readonly host: string; readonly path: string } {
  const clean = (path: string): string => path.replace(/\.git\/?$/, "").replace(/^\/+|\/+$/g, "");
  if (/^[a-z+]+:\/\//i.test(url) && URL.canParse(url)) {
    const { hostname, pathname } = new URL(url);
    return { host: hostname.toLowerCase(), path: clean(pathname) };
  }
  const [, host, path] = /^(?:[^/@]*@)?([^/:]+):(.*)$/.exec(url) ?? [];
  return host === undefined ? { host: "", path: clean(url) } : { host: host.toLowerCase(), path: clean(path ?? "") };
}

/** A forge may have another name for SSH, or spell the repository in another way than people do. */
function noteOf(repo: string, url: string): string {
  return `# ${repo} is reached as ${url}`;
}

/** Writes the configuration and, where it is the login, the token; the folder is its owner's alone. Nothing is half done. */
export async function writeHostConfig(
  system: System,
  folder: string,
  order: BootstrapOrder,
  login: ChosenLogin,
  config: Config,
): Promise<Result<void>> {
  const made = await system.files.makeFolder(folder, 0o700);
  if (!made.ok) return made;
  const token: Secret | null = login.kind === "token" ? order.token : null;
  const kept = token === null ? made : await writeToken(system, folder, token);
  if (!kept.ok) return kept;
  const note = login.kind === "key" ? `${noteOf(order.repo, login.key.url)}\n` : "";
  const text = `# written by magos bootstrap; \`magos config schema\` lists every key
${note}${writeYaml(tableOf(order, login, config))}`;
  return await createFile(system, `${folder}/config.yaml`, text, 0o600);
}

async function writeToken(system: System, folder: string, token: Secret): Promise<Result<void>> {
  return await createFile(system, `${folder}/token`, `${token.reveal()}\n`, 0o600);
}

/**
 * Puts the token of the order in place of the one that an earlier run has kept, when it is the newer one: an old token
 * that expired, or was too weak, is the usual reason to come back. True when it was, or would be, replaced.
 */
export async function renewToken(
  system: System,
  folder: string,
  order: BootstrapOrder,
  there: Config,
  dryRun: boolean,
): Promise<Result<boolean>> {
  const path = `${folder}/token`;
  if (order.token === null || there.repo.tokenFile !== path) return success(false);
  const kept = await system.files.read(path, 64 * 1024);
  if (!kept.ok) return kept;
  if (kept.value !== null) {
    if (new TextDecoder().decode(kept.value).trim() === order.token.reveal()) return success(false);
    const [given, old] = [await system.files.stat(order.tokenFile), await system.files.stat(path)];
    if (!given.ok) return given;
    if (!old.ok) return old;
    if ((given.value?.modified ?? 0) <= (old.value?.modified ?? 0)) return success(false);
  }
  const written = dryRun ? success(undefined) : await writeToken(system, folder, order.token);
  return written.ok ? success(true) : written;
}

function tableOf(order: BootstrapOrder, login: ChosenLogin, { repo }: Config): YamlTable {
  const auth: YamlTable | undefined = login.kind === "key"
    ? { sshKeyFile: nameOf(login.key.keyFile), knownHostsFile: nameOf(login.key.knownHostsFile) }
    : login.kind === "token"
    ? { tokenFile: "token" }
    : undefined;
  return {
    repo: {
      url: login.kind === "key" ? login.key.url : order.repo,
      branch: order.branch ?? undefined,
      auth,
      forge: repo.forge === "auto" ? undefined : repo.forge,
      forgeUrl: repo.forgeUrl ?? undefined,
      caFile: repo.caFile ?? undefined,
    },
  };
}

/** Relative paths start at the file that names them. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
