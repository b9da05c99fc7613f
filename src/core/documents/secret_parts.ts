// What a Secret is there for: registry logins, certificates of a registry, a key that signs commits.
import { failure, type Result, success } from "../model/problem.ts";
import type { RegistryCertificates } from "../model/repository_access.ts";
import type { Secret } from "../model/secret.ts";
import { type AuthFile, parseAuthFile } from "./auth_file.ts";
import type { FluxSecret } from "./flux_secret.ts";

/** A key that signs commits (Flux semantics 4). */
export interface SigningSecret {
  readonly type: "gpg" | "ssh";
  /** The armored private key. */
  readonly key: Secret;
  readonly passphrase: Secret | null;
}

/**
 * The registry logins of a Secret. Helper programs that it names are left out: a file of the repository must not choose
 * what runs on this machine. Fails with `flux.no_secret`.
 */
export function loginsOf(secret: FluxSecret): Result<AuthFile> {
  const config = secret.values.get(".dockerconfigjson");
  const old = secret.values.get(".dockercfg");
  if (config === undefined && old === undefined) return lacks(secret, ".dockerconfigjson");
  // The older form is what stands behind "auths" in the newer one.
  const text = config?.reveal() ?? `{"auths":${old?.reveal()}}`;
  const parsed = parseAuthFile(text, secret.place);
  if (parsed.ok) return success({ ...parsed.value, helpers: new Map(), store: null });
  return failure("flux.no_secret", `the Secret ${secret.key}: ${parsed.failure.message}`, {
    cure: "make it anew: kubectl create secret docker-registry",
  });
}

/** The certificates of a Secret, under their own names or the older ones. Fails with `flux.no_secret`. */
export function certificatesOf(secret: FluxSecret): Result<RegistryCertificates> {
  const ca = valueOf(secret, "ca.crt", "caFile");
  const certificate = valueOf(secret, "tls.crt", "certFile");
  const key = valueOf(secret, "tls.key", "keyFile");
  if ((certificate === null) !== (key === null)) return lacks(secret, key === null ? "tls.key" : "tls.crt");
  if (ca === null && certificate === null) return lacks(secret, "ca.crt");
  for (const [name, pem] of [["ca.crt", ca], ["tls.crt", certificate], ["tls.key", key]] as const) {
    const isPem = pem === null || /-----BEGIN [A-Z ]+-----/.test(pem.reveal());
    if (!isPem) return unusable(secret, `"${name}" is no PEM text`, "write it as PEM, which begins with -----BEGIN");
  }
  return success({
    ca: ca?.reveal() ?? null,
    client: certificate === null || key === null ? null : { certificate: certificate.reveal(), key },
  });
}

/** The signing key of a Secret: `git.asc` and `passphrase`, or `identity` and `password`. Fails with `flux.no_secret`. */
export function signingKeyOf(secret: FluxSecret, type: SigningSecret["type"]): Result<SigningSecret> {
  const name = type === "gpg" ? "git.asc" : "identity";
  const key = secret.values.get(name);
  if (key === undefined) return lacks(secret, name);
  return success({ type, key, passphrase: secret.values.get(type === "gpg" ? "passphrase" : "password") ?? null });
}

function valueOf({ values }: FluxSecret, ...names: readonly string[]): Secret | null {
  const found = names.map((name) => values.get(name)).find((value) => value !== undefined);
  return found === undefined || found.reveal().trim() === "" ? null : found;
}

function lacks(secret: FluxSecret, name: string): Result<never> {
  return unusable(secret, `it has no "${name}"`, `add "${name}" to it`);
}

function unusable({ key, place }: FluxSecret, why: string, cure: string): Result<never> {
  return failure("flux.no_secret", `the Secret ${key} (${place}) cannot be used: ${why}`, { cure });
}
