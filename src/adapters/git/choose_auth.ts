// From the keys of `repo.auth` to the one credential for the remote: two that do not fit each other are refused.
import { failure, type Result, success } from "../../core/model/problem.ts";
import type { Files } from "../../core/ports/files.ts";
import { fixedAuth, type GitAuthSource } from "./auth.ts";
import type { Remote } from "./remote.ts";
import { sshAuth } from "./ssh_auth.ts";
import {
  appTokenAuth,
  type AppTokens,
  givenTokenAuth,
  type KeepSecret,
  tokenFileAuth,
  tokenUser,
} from "./token_auth.ts";

/** What is configured; paths are absolute. */
export interface AuthSettings {
  readonly tokenFile: string | null;
  readonly user: string | null;
  readonly sshKeyFile: string | null;
  readonly knownHostsFile: string | null;
  /** The token of the environment, which a file outranks. */
  readonly token: string | null;
  /** The GitHub App, when one is configured. */
  readonly app: AppTokens | null;
}

/** What it comes down to. */
export interface ChosenAuth {
  readonly source: GitAuthSource;
  /** For people: which login it is, never what it is. */
  readonly login: string;
}

/** The port and the machine that the sources need. */
export interface AuthParts {
  readonly files: Files;
  readonly uid: number | null;
  readonly keepSecret: KeepSecret;
}

/** Fails with `config.invalid_value` when two are named, or one that the remote's address has no use for. */
export function chooseAuth(parts: AuthParts, remote: Remote, settings: AuthSettings): Result<ChosenAuth> {
  const { tokenFile, sshKeyFile, app, token } = settings;
  const named = [
    ...(tokenFile === null ? [] : ["tokenFile"]),
    ...(sshKeyFile === null ? [] : ["sshKeyFile"]),
    ...(app === null ? [] : ["githubApp"]),
  ];
  if (named.length > 1) {
    return failure("config.invalid_value", `repo.auth names ${named.join(" and ")}: only one of them can be used`, {
      cure: "leave the one that fits repo.url",
    });
  }
  if (remote.protocol === "file") return success({ source: fixedAuth(null), login: "a path needs none" });
  if (remote.protocol === "ssh") return named[0] === "sshKeyFile" || named.length === 0 ? ssh() : unfit(named[0]);
  if (sshKeyFile !== null) return unfit("sshKeyFile");
  const user = settings.user ?? tokenUser;
  if (app !== null) return success({ source: appTokenAuth(parts.keepSecret, app), login: "the GitHub App" });
  if (tokenFile !== null) {
    return success({ source: tokenFileAuth(parts, tokenFile, user), login: `the token of ${tokenFile}` });
  }
  if (token === null || token.trim() === "") return success({ source: fixedAuth(null), login: "none, as anybody" });
  return success({ source: givenTokenAuth(parts.keepSecret, token, user), login: "the token of MAGOS_TOKEN" });

  function ssh(): Result<ChosenAuth> {
    const source = sshAuth({ ...parts, ...settings, url: remote.url, keyFile: sshKeyFile });
    return success({ source, login: `the key of ${sshKeyFile}` });
  }
}

function unfit(name: string | undefined): Result<never> {
  const isKey = name === "sshKeyFile";
  return failure(
    "config.invalid_value",
    isKey
      ? "repo.auth.sshKeyFile is set, but repo.url is no SSH address"
      : `repo.url is an SSH address, which repo.auth.${name} cannot open`,
    {
      cure: isKey
        ? "write repo.url like ssh://git@host/you/homelab.git, or name a token in repo.auth.tokenFile"
        : "write repo.url with https, or use repo.auth.sshKeyFile with repo.auth.knownHostsFile",
    },
  );
}
