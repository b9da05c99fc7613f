// What the ImageRepositories in use say of reaching their registries: logins, certificates, plain HTTP, intervals.
import { findFluxLogin } from "../core/documents/find_flux_login.ts";
import { certificatesOf, loginsOf } from "../core/documents/secret_parts.ts";
import { secretsOf } from "../core/model/credential.ts";
import type { FluxOrigin, PolicyBook } from "../core/model/policy.ts";
import { type Problem, problemOf, type Result, success } from "../core/model/problem.ts";
import { formatRepository, type Repository } from "../core/model/reference.ts";
import type { AccessBook, RepositoryAccess, RepositoryAges } from "../core/model/repository_access.ts";
import type { Secret } from "../core/model/secret.ts";
import type { FoundTarget } from "../core/patch/find_context.ts";
import type { SecretBook } from "./read_secrets.ts";

/** An ImageRepository that a value in use depends on. */
export interface FluxImage {
  readonly repository: Repository;
  readonly origin: FluxOrigin;
}

/** The ImageRepositories of the values. */
export function fluxImages(found: readonly FoundTarget[], book: PolicyBook): readonly FluxImage[] {
  const images = found.flatMap(({ target: { marker, policy, repository } }) => {
    const origin = marker === "flux" ? book.flux.get(`${policy.namespace}:${policy.name}`)?.flux : undefined;
    return origin === undefined ? [] : [{ repository, origin }];
  });
  return [...new Map(images.map((image) => [image.origin, image])).values()];
}

/** The Secrets that they name. */
export function registrySecrets(images: readonly FluxImage[]): readonly string[] {
  return images.flatMap(({ origin: { secret, certSecret } }) => [secret ?? [], certSecret ?? []].flat());
}

/**
 * What is granted to each repository. A Secret that cannot be used is told once, and this machine's own login and
 * certificates are tried in its place: encrypted Secrets are the usual case, and the same login may be podman's too.
 */
export function fluxAccess(
  images: readonly FluxImage[],
  secrets: SecretBook,
  keepSecret: (secret: Secret) => void,
): { readonly access: AccessBook; readonly problems: readonly Problem[] } {
  const access = new Map<string, RepositoryAccess>();
  const problems = new Map<string, Problem>();
  const use = <T>(found: Result<T>, otherwise: string): T | null => {
    if (found.ok) return found.value;
    const { message } = found.failure;
    const problem = problemOf(found.failure, {}, "warning");
    problems.set(message, { ...problem, message: `${message}; ${otherwise}` });
    return null;
  };
  for (const { repository, origin: { insecure, secret, certSecret } } of images) {
    const key = formatRepository(repository);
    const login = secret === null ? null : use(loginFor(secret, repository, secrets), "podman's own login is tried");
    const certificates = certSecret === null ? null : use(certificatesFor(certSecret, secrets), "the usual roots hold");
    for (const part of login === null ? [] : secretsOf(login.credential)) keepSecret(part);
    const before = access.get(key) ?? { insecure: false, login: null, certificates: null };
    access.set(key, {
      insecure: before.insecure || insecure,
      login: before.login ?? login,
      certificates: before.certificates ?? certificates,
    });
  }
  return { access, problems: [...problems.values()] };
}

/** The shortest interval of those that name a repository (Flux semantics 2 and 1.1). */
export function fluxAges(images: readonly FluxImage[]): ReadonlyMap<string, RepositoryAges> {
  const ages = new Map<string, RepositoryAges>();
  for (const { repository, origin: { scanSeconds, digestSeconds } } of images) {
    const key = formatRepository(repository);
    const before = ages.get(key);
    ages.set(key, {
      scan: shorter(before?.scan ?? null, scanSeconds),
      digest: shorter(before?.digest ?? null, digestSeconds),
    });
  }
  return ages;
}

function shorter(milliseconds: number | null, seconds: number | null): number | null {
  if (milliseconds === null) return seconds === null ? null : seconds * 1000;
  return seconds === null ? milliseconds : Math.min(milliseconds, seconds * 1000);
}

function loginFor(key: string, repository: Repository, secrets: SecretBook): Result<RepositoryAccess["login"]> {
  const secret = secrets.get(key);
  if (secret === undefined || !secret.ok) return secret ?? success(null);
  const logins = loginsOf(secret.value);
  const found = logins.ok ? findFluxLogin(logins.value, repository) : logins;
  if (!found.ok) return found;
  return success(found.value === null ? null : { credential: found.value, from: `the Secret ${key}` });
}

function certificatesFor(key: string, secrets: SecretBook): Result<RepositoryAccess["certificates"]> {
  const secret = secrets.get(key);
  if (secret === undefined || !secret.ok) return secret ?? success(null);
  return certificatesOf(secret.value);
}
