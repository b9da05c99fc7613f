// A forge as setting up a host sees it: what a token may do, and the deploy keys of one repository.
import type { Result } from "../model/problem.ts";

/** Whose API it is. */
export type ForgeKind = "github" | "forgejo" | "gitea" | "gitlab";

/** What the forge says of the repository and of whom the token belongs to. */
export interface TokenStanding {
  /** Whether its owner may push, and keep deploy keys; null: the forge does not say. */
  readonly mayPush: boolean | null;
  readonly mayKeepKeys: boolean | null;
  /** The repository's SSH address; null where the forge has none. */
  readonly sshUrl: string | null;
  /** In words: what only an attempt would show. */
  readonly open: readonly string[];
}

/** A key that opens one repository. */
export interface DeployKey {
  readonly title: string;
  /** As in a public key file, without the comment. */
  readonly key: string;
  readonly readOnly: boolean;
}

/** A branch as the forge guards it. */
export interface GuardedBranch {
  readonly isProtected: boolean;
  /** Whether whom the token belongs to may push to it; null: the forge does not say. */
  readonly mayPush: boolean | null;
}

/** Failures carry `forge.*`, or `http.tls`. The token is in no message. */
export interface ForgeSetup {
  readonly kind: ForgeKind;
  /** The API's address. */
  readonly api: string;
  /** Fails with `forge.unauthorized` for a token that is wrong, `forge.no_repository` when it opens no such repository. */
  standing(): Promise<Result<TokenStanding>>;
  /** Null: the token may not look. */
  deployKeys(): Promise<Result<readonly DeployKey[] | null>>;
  /** False: the token may not. */
  addDeployKey(key: DeployKey): Promise<Result<boolean>>;
  /** How the forge guards a branch; null: the token may not look. */
  branch(name: string): Promise<Result<GuardedBranch | null>>;
  /** The SSH host keys that the forge publishes over TLS, as in a public key file; empty where it publishes none. */
  hostKeys(): Promise<Result<readonly string[]>>;
}
