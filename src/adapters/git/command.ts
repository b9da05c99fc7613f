// The one place that runs git: argument list, exact environment, and the masking of what it says.
import type { Result } from "../../core/model/problem.ts";
import { base64, maskSecrets, Secret } from "../../core/model/secret.ts";
import type { Command, Output, Process } from "../../core/ports/process.ts";
import type { Remote } from "./remote.ts";

/** Who pushes. Bound to the remote's origin, sent as a header, never part of an argument or a file. */
export interface GitAuth {
  readonly user: string;
  readonly token: Secret;
}

/** What every git call needs to know. */
export interface GitRunner {
  readonly process: Process;
  /** The environment magos was started with; only PATH, proxies and CA files of it reach git. */
  readonly env: Readonly<Record<string, string>>;
  /** An empty folder that stands for the user's home. */
  readonly home: string;
  /** Git seeks no repository from here upwards; null to seek as it always does. */
  readonly ceiling: string | null;
  /** Null for calls that never leave this machine. */
  readonly remote: Remote | null;
  readonly auth: GitAuth | null;
}

/** One call of git. */
export interface GitCall {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Whether it may speak to the remote, with the credential. All other calls are cut off from every protocol. */
  readonly speaks?: boolean;
  readonly stdin?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Bytes of stdout. */
  readonly maxOutput?: number;
  /** Additional settings, over those of every call. */
  readonly config?: readonly (readonly [string, string])[];
  /** Additional variables: who commits, and when. */
  readonly env?: Readonly<Record<string, string>>;
}

const passedOn = [
  ...["http_proxy", "https_proxy", "no_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]),
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

// Set on every call: it outranks whatever stands in a repository's own configuration (contracts 5.3).
const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.untrackedCache", "false"],
  ["core.autocrlf", "false"],
  ["core.safecrlf", "false"],
  ["credential.helper", ""],
  ["gc.autoDetach", "false"],
  ["maintenance.autoDetach", "false"],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["push.recurseSubmodules", "no"],
  ["push.gpgSign", "false"],
  ["log.showSignature", "false"],
  ["protocol.version", "2"],
  ["http.followRedirects", "false"],
  // A connection that moves less than this for a minute is dead.
  ["http.lowSpeedLimit", "100"],
  ["http.lowSpeedTime", "60"],
];

/** Builds the call as the system will run it. Needs git 2.32 or newer. */
export function gitCommand(runner: GitRunner, call: GitCall): Command {
  const { args, cwd, stdin, timeout, maxOutput } = call;
  return {
    program: "git",
    args,
    cwd,
    env: { ...environment(runner, call), ...call.env },
    ...(stdin === undefined ? {} : { stdin }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
  };
}

/** Runs git to its end. Fails only when it could not be started; a bad exit code is for the caller to judge. */
export async function runGit(runner: GitRunner, call: GitCall): Promise<Result<Output>> {
  const ran = await runner.process.run(gitCommand(runner, call));
  if (!ran.ok || runner.auth === null) return ran;
  const { user, token } = runner.auth;
  const secrets = [new Secret(base64(`${user}:${token.reveal()}`)), token];
  return { ok: true, value: { ...ran.value, stderr: maskSecrets(ran.value.stderr, secrets) } };
}

function environment(runner: GitRunner, call: GitCall): Record<string, string> {
  const speaks = call.speaks === true;
  const env: Record<string, string> = {
    PATH: runner.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: runner.home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_ALLOW_PROTOCOL: speaks && runner.remote !== null ? runner.remote.protocol : "none",
  };
  // The state folder may lie in somebody's repository, which is none of ours.
  if (runner.ceiling !== null) env["GIT_CEILING_DIRECTORIES"] = runner.ceiling;
  const config = [...settings, ...(call.config ?? [])];
  if (speaks) {
    for (const name of passedOn) {
      const value = runner.env[name];
      if (value !== undefined) env[name] = value;
    }
    const origin = runner.remote?.origin ?? null;
    if (runner.auth !== null && origin !== null) {
      const pair = base64(`${runner.auth.user}:${runner.auth.token.reveal()}`);
      config.push([`http.${origin}/.extraHeader`, `Authorization: Basic ${pair}`]);
    }
  }
  env["GIT_CONFIG_COUNT"] = String(config.length);
  config.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}
