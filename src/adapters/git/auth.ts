// What opens the remote: asked for before each call that speaks to it, so that a short-lived token can be renewed.
import type { Result } from "../../core/model/problem.ts";
import type { Secret } from "../../core/model/secret.ts";

/** A token for http(s). Bound to the remote's origin, sent as a header, never part of an argument or a file. */
export interface TokenAuth {
  readonly user: string;
  readonly token: Secret;
}

/** One key for SSH; no agent, no other key, no unknown host. */
export interface SshAuth {
  /** For `GIT_SSH_COMMAND`: program and options, quoted for a shell. It holds paths and no secret. */
  readonly sshCommand: string;
}

/** Who pushes. */
export type GitAuth = TokenAuth | SshAuth;

/** Where it comes from. */
export interface GitAuthSource {
  /** What to send now; null sends nothing. Fails when there should be something and is not. */
  get(): Promise<Result<GitAuth | null>>;
  /** The remote refused what `get` gave last. True when asking again makes sense; it may wait for that. */
  refused(): Promise<boolean>;
}

/** The same each time. */
export function fixedAuth(auth: GitAuth | null): GitAuthSource {
  return { get: () => Promise.resolve({ ok: true, value: auth }), refused: () => Promise.resolve(false) };
}
