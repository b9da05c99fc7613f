// Fetches manifests and configs, and believes only what has the right digest (registries 3.1, 3.2 and 9.5).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Digest, isDigest, matchesDigest, sha256Of } from "../../core/model/digest.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { ask } from "./ask.ts";
import { fromMirrors } from "./from_mirrors.ts";
import { type Descriptor, type ManifestDocument, manifestTypes, parseManifest } from "./manifest_document.ts";
import type { Answer } from "./order.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

/** Manifests, indexes and configs above this are not read (registries 9.4). */
export const maxDocumentBytes = 4 * 1024 * 1024;
const bodyTimeout = 30_000;

// Some registries compress what they store by digest; the digest is over the bytes before that (registries 2.4).
const identity = { "Accept-Encoding": "identity" };
const accept = { Accept: Object.keys(manifestTypes).join(", ") };

/** A verified document. */
export interface FetchedManifest {
  readonly digest: Digest;
  readonly document: ManifestDocument;
  /** Bytes of its text. */
  readonly size: number;
}

/** Asks for a manifest by tag or digest; the answer may have any status. */
export function askManifest(
  state: RegistryState,
  endpoint: Endpoint,
  method: "GET" | "HEAD",
  reference: string,
  signal: AbortSignal | undefined,
  conditions: Readonly<Record<string, string>> = {},
): Promise<Result<Answer>> {
  return ask(state, endpoint, {
    method,
    url: new URL(`/v2/${endpoint.path}/manifests/${reference}`, endpoint.origin),
    headers: { ...accept, ...identity, ...conditions },
    limit: maxDocumentBytes,
    bodyTimeout,
    json: true,
    purpose: "other",
    isPull: method === "GET",
    signal,
  });
}

/**
 * Fetches a manifest by tag or digest. By digest the bytes must have it; by tag they must have the digest that the
 * header names, if it names one. Fails with `registry.digest_mismatch` otherwise.
 */
export async function fetchManifest(
  state: RegistryState,
  endpoint: Endpoint,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Result<FetchedManifest>> {
  const name = formatRepository(endpoint.display);
  if (!isDigest(reference)) return await fetchFrom(state, endpoint, reference, name, signal);
  const kept = state.documents.get(name, reference);
  if (kept !== null) {
    state.counts.addCached(endpoint.display.host);
    return success({ digest: reference, ...kept });
  }
  return await fromMirrors(state, endpoint, (place) => fetchFrom(state, place, reference, name, signal), signal);
}

async function fetchFrom(
  state: RegistryState,
  endpoint: Endpoint,
  reference: string,
  keptAs: string,
  signal: AbortSignal | undefined,
): Promise<Result<FetchedManifest>> {
  const answered = await askManifest(state, endpoint, "GET", reference, signal);
  return answered.ok ? readManifest(state, endpoint, reference, answered.value, keptAs) : answered;
}

/**
 * The verified document of an answer, or the failure that it is. It is kept as that of `keptAs`, the name of the
 * repository: what a mirror gives is the registry's own, by its digest.
 */
export function readManifest(
  state: RegistryState,
  endpoint: Endpoint,
  reference: string,
  answer: Answer,
  keptAs: string,
): Result<FetchedManifest> {
  const name = formatRepository(endpoint.display);
  const { status, headers, body } = answer;
  if (status !== 200) return refusal(answer, endpoint.display, `manifest ${reference}`, state.parts.clock.now());
  const document = parseManifest(body, headers.get("Content-Type"));
  if (typeof document === "string") {
    const message = `manifest ${reference} of ${name} is refused: ${document}`;
    return registryFailure("registry.protocol", endpoint.display, message, {
      retry: "later",
      cure: "ask whoever publishes the image, or exclude it",
    });
  }
  const claimed = isDigest(reference) ? reference : (headers.get("Docker-Content-Digest") || sha256Of(body));
  if (!isDigest(claimed) || !matchesDigest(body, claimed)) return mismatch(endpoint, `manifest ${reference}`);
  state.documents.keep(keptAs, claimed, document, body.length);
  return success({ digest: claimed, document, size: body.length });
}

/** The bytes behind the descriptor of an image config: from the descriptor itself when it carries them. */
export async function fetchConfig(
  state: RegistryState,
  endpoint: Endpoint,
  config: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Result<Uint8Array>> {
  const what = `the config ${config.digest}`;
  if (config.size > maxDocumentBytes) {
    const message = `${what} of ${formatRepository(endpoint.display)} has ${config.size} bytes; magos reads 4 MiB`;
    const cure = "ask whoever publishes the image, or exclude it";
    return registryFailure("registry.too_large", endpoint.display, message, { cure });
  }
  const embedded = embeddedBytes(config);
  if (embedded !== null) return verify(endpoint, config, embedded);
  return await fromMirrors(state, endpoint, (place) => fetchBlob(state, place, config, signal), signal);
}

async function fetchBlob(
  state: RegistryState,
  endpoint: Endpoint,
  config: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Result<Uint8Array>> {
  const what = `the config ${config.digest}`;
  const answered = await ask(state, endpoint, {
    method: "GET",
    url: new URL(`/v2/${endpoint.path}/blobs/${config.digest}`, endpoint.origin),
    headers: { Accept: "*/*", ...identity },
    limit: config.size,
    bodyTimeout,
    json: false,
    purpose: "other",
    signal,
  });
  if (!answered.ok) return answered;
  if (answered.value.status !== 200) {
    return refusal(answered.value, endpoint.display, what, state.parts.clock.now());
  }
  return verify(endpoint, config, answered.value.body);
}

function verify(endpoint: Endpoint, config: Descriptor, bytes: Uint8Array): Result<Uint8Array> {
  const right = bytes.length === config.size && matchesDigest(bytes, config.digest);
  return right ? success(bytes) : mismatch(endpoint, `the config ${config.digest}`);
}

/** The content that a descriptor carries in itself, unverified; null when it carries none that can be decoded. */
export function embeddedBytes({ data }: Descriptor): Uint8Array | null {
  if (typeof data !== "string" || data === "") return null;
  try {
    return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function mismatch(endpoint: Endpoint, what: string): Result<never> {
  const { display } = endpoint;
  const message = `${display.host} serves ${what} of ${formatRepository(display)} with bytes of another digest`;
  return registryFailure("registry.digest_mismatch", display, message, {
    retry: "later",
    cure: "nothing of this answer is used; if it stays so, tell the registry's owner",
  });
}
