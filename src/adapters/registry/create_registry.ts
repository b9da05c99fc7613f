// The Registry port over HTTP: which repository, which server, which question; what went wrong is logged here.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Digest, isDigest } from "../../core/model/digest.ts";
import { defaultHostSettings } from "../../core/model/host_settings.ts";
import { type Failure, type Result, success } from "../../core/model/problem.ts";
import type { ProblemCode } from "../../core/model/problem_codes.ts";
import { formatRepository, isTag, type Repository } from "../../core/model/reference.ts";
import type { Examiner } from "../../core/ports/examiner.ts";
import type { Content, Registry } from "../../core/ports/registry.ts";
import { readContent } from "./content.ts";
import { DocumentCache } from "./document_cache.ts";
import { examine } from "./examine.ts";
import { fetchManifest } from "./fetch_manifest.ts";
import { HostAccess } from "./host_access.ts";
import { withPause } from "./pause.ts";
import { MirrorWatch } from "./mirror_watch.ts";
import { forgetRefusals, unlessRefused } from "./refusals.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryParts } from "./registry_parts.ts";
import type { RegistryState } from "./registry_state.ts";
import { RequestCounts } from "./request_counts.ts";
import { forgetScheme, settleOrigin } from "./settle_origin.ts";
import { resolveBySideApi } from "./side_api/resolve_by_side_api.ts";
import { listTags } from "./tags.ts";
import { TokenCache } from "./token_cache.ts";

/** A registry client for all hosts. It lives for one process: tokens and fetched manifests are kept in memory only. */
export function createRegistry(parts: RegistryParts): Registry & Examiner {
  const state: RegistryState = {
    parts,
    settings: parts.settings ?? (() => defaultHostSettings),
    tls: parts.tls ?? (() => Promise.resolve(success(null))),
    schemes: new Map(),
    mirrors: new MirrorWatch(),
    hosts: new HostAccess(parts),
    counts: new RequestCounts(),
    tokens: new TokenCache(),
    documents: new DocumentCache(),
    hiddenFromApi: new Set(),
    warned: new Set(),
  };
  return {
    listTags: (repository, known, signal) =>
      at(state, repository, signal, (endpoint) => {
        const list = () => listTags(state, endpoint, known ?? null, signal);
        return unlessRefused(state, endpoint, "tags", list);
      }),
    resolve: (repository, tag, known, signal) =>
      at(state, repository, signal, async (endpoint) => {
        if (!isTag(tag)) return unaskable(repository, `"${tag.slice(0, 128)}" is no tag`);
        const resolve = () => resolveBySideApi(state, endpoint, tag, known, signal);
        return await unlessRefused(state, endpoint, `tag ${tag}`, resolve);
      }),
    inspect: (repository, digest, signal) =>
      at(state, repository, signal, (endpoint) => inspect(state, endpoint, digest, signal)),
    forget: (repository) => forgetRefusals(state, repository),
    requests: () => state.counts.list(),
    examine: (host, image, signal) => examine(state, host, image, signal),
  };
}

async function inspect(
  state: RegistryState,
  endpoint: Endpoint,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<Result<Content>> {
  if (!isDigest(digest)) return unaskable(endpoint.display, "that is no digest");
  const fetched = await fetchManifest(state, endpoint, digest, signal);
  return fetched.ok ? await readContent(state, endpoint, fetched.value, signal) : fetched;
}

async function at<T>(
  state: RegistryState,
  repository: Repository,
  signal: AbortSignal | undefined,
  question: (endpoint: Endpoint) => Promise<Result<T>>,
): Promise<Result<T>> {
  const resolved = state.parts.resolveEndpoint(repository);
  const endpoint = resolved.ok ? await settleOrigin(state, resolved.value, signal) : resolved;
  const outcome = endpoint.ok ? withCure(state.parts, endpoint.value, await question(endpoint.value)) : endpoint;
  if (outcome.ok) return outcome;
  const failed = endpoint.ok ? withPause(state, endpoint.value.host, outcome.failure) : outcome.failure;
  logFailure(state.parts, repository, failed);
  if (endpoint.ok && (failed.code === "registry.unreachable" || failed.code === "registry.protocol")) {
    forgetScheme(state, endpoint.value);
  }
  return { ok: false, failure: { host: repository.host, image: formatRepository(repository), ...failed } };
}

/** A refusal for want of the right login says where the login was sought, and what was wrong there. */
function withCure<T>(parts: RegistryParts, endpoint: Endpoint, outcome: Result<T>): Result<T> {
  if (outcome.ok || outcome.failure.code !== "registry.unauthorized") return outcome;
  const cure = parts.credentialCure?.({ host: endpoint.host, path: endpoint.path }) ?? null;
  return cure === null ? outcome : { ok: false, failure: { ...outcome.failure, cure } };
}

// What no honest registry does is worth a second look by the owner (registries 5.3, class "protocol").
const suspicious: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "registry.digest_mismatch",
  "registry.protocol",
  "registry.refused",
  "registry.too_large",
]);

function logFailure(parts: RegistryParts, repository: Repository, failed: Failure): void {
  const strange = suspicious.has(failed.code);
  parts.log.event(strange ? "warning" : "info", strange ? "registry.suspicious" : "registry.failed", {
    image: formatRepository(repository),
    code: failed.code,
    message: failed.message,
  });
}

function unaskable(repository: Repository, why: string): Result<never> {
  return registryFailure("registry.not_found", repository, `${formatRepository(repository)} cannot hold it: ${why}`);
}
