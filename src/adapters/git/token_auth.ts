// A token from a file, or one that was given: the file is read anew each time, so that a new token needs no restart.
import { failure, type Result, success } from "../../core/model/problem.ts";
import { base64, Secret } from "../../core/model/secret.ts";
import type { Files } from "../../core/ports/files.ts";
import type { GitAuthSource, TokenAuth } from "./auth.ts";
import { readSecretFile } from "./secret_file.ts";

/** Told each new token before it is used, so that it is masked wherever a child's words are kept or shown. */
export type KeepSecret = (secret: Secret) => void;

/** The name that most forges want beside a token, and GitHub beside an App's. */
export const tokenUser = "x-access-token";

/** An App that makes tokens. */
export interface AppTokens {
  token(): Promise<Result<Secret>>;
  /** True when asking again makes sense; it may wait for that. */
  refused(): Promise<boolean>;
}

/** Tells the token and the form in which it travels (RFC 7617), each once. */
function secretKeeper(keepSecret: KeepSecret): (auth: TokenAuth) => TokenAuth {
  let last: string | null = null;
  return (auth) => {
    const pair = base64(`${auth.user}:${auth.token.reveal()}`);
    if (pair !== last) { for (const hidden of [auth.token, new Secret(pair)]) keepSecret(hidden); }
    last = pair;
    return auth;
  };
}

/** The token of a file; `get` fails with `config.unreadable`, or `config.invalid_value` when it holds none. */
export function tokenFileAuth(
  parts: { readonly files: Files; readonly keepSecret: KeepSecret },
  path: string,
  user: string,
): GitAuthSource {
  const keep = secretKeeper(parts.keepSecret);
  return {
    async get() {
      const read = await readSecretFile(parts.files, path, "repo.auth.tokenFile");
      if (!read.ok) return read;
      const token = readToken(read.value.text, path);
      return token.ok ? success(keep({ user, token: token.value })) : token;
    },
    refused: () => Promise.resolve(false),
  };
}

/** A token that is given once and for all, such as `MAGOS_TOKEN`. */
export function givenTokenAuth(keepSecret: KeepSecret, token: string, user: string): GitAuthSource {
  const auth = secretKeeper(keepSecret)({ user, token: new Secret(token.trim()) });
  return { get: () => Promise.resolve(success(auth)), refused: () => Promise.resolve(false) };
}

/** The tokens of an App. */
export function appTokenAuth(keepSecret: KeepSecret, app: AppTokens): GitAuthSource {
  const keep = secretKeeper(keepSecret);
  return {
    async get() {
      const token = await app.token();
      return token.ok ? success(keep({ user: tokenUser, token: token.value })) : token;
    },
    refused: () => app.refused(),
  };
}

function readToken(text: string, path: string): Result<Secret> {
  const token = text.replace(/^\ufeff/, "").trim();
  if (token !== "" && !/\s/.test(token)) return success(new Secret(token));
  const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(token);
  return failure("config.invalid_value", `${path} holds no token: one line without blanks is expected`, {
    file: path,
    cure: isKey
      ? "it is a private key: name it in repo.auth.sshKeyFile, or in repo.auth.githubApp.privateKeyFile"
      : "check repo.auth.tokenFile",
  });
}
