// The one place that runs git: argument list, exact environment, and the masking of what it says.
import { type Result, success } from "../../core/model/problem.ts";
import { base64, maskSecrets, Secret } from "../../core/model/secret.ts";
import type { Command, Output, Process } from "../../core/ports/process.ts";
import type { GitAuth, GitAuthSource } from "./auth.ts";
import type { Remote } from "./remote.ts";

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
  /** Asked before each call that speaks to the remote; null sends no credential. */
  readonly auth: GitAuthSource | null;
  /** Absolute path of the roots that a server's certificate may come from; null leaves it to git. */
  readonly caFile?: string | null;
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
export function gitCommand(runner: GitRunner, call: GitCall, auth: GitAuth | null = null): Command {
  const { args, cwd, stdin, timeout, maxOutput } = call;
  return {
    program: "git",
    args,
    cwd,
    env: { ...environment(runner, call, auth), ...call.env },
    ...(stdin === undefined ? {} : { stdin }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(maxOutput === undefined ? {} : { maxOutput }),
  };
}

/**
 * Runs git to its end. Fails only when it could not be started, or when the credential could not be had; a bad exit
 * code is for the caller to judge. A refused credential is tried once more when another one may be had.
 */
export async function runGit(runner: GitRunner, call: GitCall): Promise<Result<Output>> {
  const first = await runOnce(runner, call);
  const isRefused = first.ok && call.speaks === true && first.value.code !== 0 && refusal.test(first.value.stderr);
  return isRefused && await runner.auth?.refused() ? await runOnce(runner, call) : first;
}

// Only the credential can be meant: a 403 also comes for a right that is lacking, and is nothing to try again.
const refusal = /Authentication failed|returned error: 401|could not read (Username|Password)/;

async function runOnce(runner: GitRunner, call: GitCall): Promise<Result<Output>> {
  const auth = call.speaks === true && runner.auth !== null ? await runner.auth.get() : success(null);
  if (!auth.ok) return auth;
  const ran = await runner.process.run(gitCommand(runner, call, auth.value));
  if (!ran.ok || auth.value === null || !("token" in auth.value)) return ran;
  const { user, token } = auth.value;
  const secrets = [new Secret(base64(`${user}:${token.reveal()}`)), token];
  return success({ ...ran.value, stderr: maskSecrets(ran.value.stderr, secrets) });
}

function environment(runner: GitRunner, call: GitCall, auth: GitAuth | null): Record<string, string> {
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
    if (runner.caFile) env["GIT_SSL_CAINFO"] = runner.caFile;
    const origin = runner.remote?.origin ?? null;
    if (auth !== null && "sshCommand" in auth && runner.remote?.protocol === "ssh") {
      env["GIT_SSH_COMMAND"] = auth.sshCommand;
      env["GIT_SSH_VARIANT"] = "ssh";
    }
    if (auth !== null && "token" in auth && origin !== null) {
      const pair = base64(`${auth.user}:${auth.token.reveal()}`);
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
