// Where settings come from on this machine: flags, environment, `.env`, the host's file (contracts.md 2.1).
import { type ConfigLayer, readConfigFile, readEnvironment, readFlags } from "../core/documents/config_layer.ts";
import { parseDotEnv } from "../core/documents/dot_env.ts";
import { failure, type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { decodeText } from "../core/yaml/text.ts";
import type { System } from "../core/ports/system.ts";
import type { GlobalFlags } from "./global_flags.ts";

const largestConfig = 1024 * 1024;

/** All layers of the host, first wins, and what is wrong with them. */
export interface HostConfig {
  readonly layers: readonly ConfigLayer[];
  readonly problems: readonly Problem[];
  /** The host file that was read, for messages; null when there is none. */
  readonly file: string | null;
  /** `MAGOS_TOKEN`, the one secret that may come by environment. */
  readonly token: string | null;
}

/** Reads every source. Fails only when a file that was asked for by name cannot be read. */
export async function loadHostConfig(system: System, flags: GlobalFlags): Promise<Result<HostConfig>> {
  const problems: Problem[] = [];
  const dotEnv = await readTrusted(system, `${system.cwd}/.env`, problems);
  const fileEnv = dotEnv === null ? {} : onlyOurs(parseDotEnv(dotEnv));
  const env: Readonly<Record<string, string>> = { ...fileEnv, HOSTNAME: system.hostname, ...system.env };
  const layers = [
    flagLayer(system, flags),
    readEnvironment(system.env, system.cwd, "", env),
    readEnvironment(fileEnv, system.cwd, ".env: ", env),
  ];
  const file = await readHostFile(system, flags, env, problems);
  if (!file.ok) return file;
  if (file.value !== null) layers.push(readConfigFile(file.value.text, file.value.path, env));
  return success({
    layers,
    problems: [...problems, ...layers.flatMap((layer) => layer.problems)],
    file: file.value?.path ?? null,
    token: env["MAGOS_TOKEN"] || null,
  });
}

/** Only these names of an `.env` file are read; the rest is Compose's. */
function onlyOurs(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => name === "MD_REPO" || name.startsWith("MAGOS_")),
  );
}

function flagLayer(system: System, flags: GlobalFlags): ConfigLayer {
  const level = flags.verbose ? "debug" : flags.quiet ? "error" : undefined;
  return readFlags([
    { key: "repo.url", flag: "--repo", value: flags.repo },
    { key: "log.format", flag: "--log-format", value: flags.logFormat },
    { key: "log.level", flag: flags.verbose ? "--verbose" : "--quiet", value: level },
  ], system.cwd);
}

interface FoundFile {
  readonly path: string;
  readonly text: string;
}

async function readHostFile(
  system: System,
  flags: GlobalFlags,
  env: Readonly<Record<string, string>>,
  problems: Problem[],
): Promise<Result<FoundFile | null>> {
  const asked = flags.config ?? env["MAGOS_CONFIG"];
  if (asked) return await readAsked(system, asked.startsWith("/") ? asked : `${system.cwd}/${asked}`);
  for (const name of ["configs/config.yaml", "magos.yaml"]) {
    const text = await readTrusted(system, `${system.cwd}/${name}`, problems);
    if (text !== null) return success({ path: `${system.cwd}/${name}`, text });
  }
  const home = env["XDG_CONFIG_HOME"] || (env["HOME"] ? `${env["HOME"]}/.config` : null);
  for (const path of [...home === null ? [] : [`${home}/magos/config.yaml`], "/etc/magos/config.yaml"]) {
    const text = await readText(system, path);
    if (!text.ok) problems.push({ ...problemOf(text.failure), code: "config.unreadable" });
    else if (text.value !== null) return success({ path, text: text.value });
  }
  return success(null);
}

async function readAsked(system: System, path: string): Promise<Result<FoundFile>> {
  const text = await readText(system, path);
  if (text.ok && text.value !== null) return success({ path, text: text.value });
  return failure("config.unreadable", text.ok ? `there is no file ${path}` : text.failure.message, {
    file: path,
    cure: "check the path given by --config or MAGOS_CONFIG",
  });
}

/**
 * A file of the working directory counts only when it belongs to the caller or root and nobody else can write it:
 * running as root in a foreign folder must not hand over a token.
 */
async function readTrusted(system: System, path: string, problems: Problem[]): Promise<string | null> {
  const info = await system.files.stat(path);
  if (!info.ok || info.value === null) return null;
  const { uid, mode, kind } = info.value;
  const foreign = system.uid !== null && uid !== null && uid !== system.uid && uid !== 0;
  const open = kind !== "file" || (mode !== null && (mode & 0o022) !== 0);
  if (foreign || open) {
    problems.push({
      code: "config.untrusted_file",
      severity: "warning",
      file: path,
      message: `${path} is not read: ${
        foreign ? "it belongs to another user" : "others can write it, or it is a link"
      }`,
      cure: foreign ? "make it your own, or name another file with --config" : `chmod go-w ${path}`,
    });
    return null;
  }
  const text = await readText(system, path);
  if (text.ok) return text.value;
  problems.push({ ...problemOf(text.failure), code: "config.unreadable" });
  return null;
}

async function readText(system: System, path: string): Promise<Result<string | null>> {
  const bytes = await system.files.read(path, largestConfig);
  if (!bytes.ok) return bytes;
  return bytes.value === null ? success(null) : decodeText(bytes.value, path);
}
