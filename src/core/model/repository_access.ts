// How one repository is reached, where its own resource says more than this machine does.
import type { Credential } from "./credential.ts";
import type { Secret } from "./secret.ts";

/** Certificates for one registry (Flux semantics 2). */
export interface RegistryCertificates {
  /** PEM; added to the usual authorities. */
  readonly ca: string | null;
  /** PEM of the client, with its key. */
  readonly client: { readonly certificate: string; readonly key: Secret } | null;
}

/** What stands before podman's own settings for the repository. */
export interface RepositoryAccess {
  /** Plain HTTP is allowed. */
  readonly insecure: boolean;
  /** Null: this machine's own login, where it has one. */
  readonly login: { readonly credential: Credential; readonly from: string } | null;
  /** Null: this machine's own certificates. */
  readonly certificates: RegistryCertificates | null;
}

/** By `host/path`, as `formatRepository` writes it. */
export type AccessBook = ReadonlyMap<string, RepositoryAccess>;

/** How old answers about a repository may be, in milliseconds; null: not said. */
export interface RepositoryAges {
  readonly scan: number | null;
  readonly digest: number | null;
}
