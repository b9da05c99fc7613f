// From a verified manifest or index to what an image is: platforms and claims (registries 3.3 and 3.4).
import { z } from "zod";
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Digest } from "../../core/model/digest.ts";
import { formatPlatform, normalisePlatform, type Platform } from "../../core/model/platform.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { Content } from "../../core/ports/registry.ts";
import { fetchConfig, type FetchedManifest, fetchManifest } from "./fetch_manifest.ts";
import { readClaims } from "./image_labels.ts";
import { parseJson } from "./json_body.ts";
import { type Descriptor, isManifestType, type ManifestDocument, manifestTypes } from "./manifest_document.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

const maxDepth = 2;
// Each is a request; an index of 256 indexes would cost as many for one image.
const maxNested = 16;
const cure = "ask whoever publishes the image, or exclude it";
const configTypes = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

const imageConfig = z.object({
  created: z.string().nullish(),
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  variant: z.string().nullish(),
  config: z.object({ Labels: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** The content if the document alone tells it, without another request; else null. */
export function contentAtHand(fetched: FetchedManifest, now: number): Content | null {
  if (fetched.document.kind !== "index") return null;
  const entries = imageEntries(fetched.document.value.manifests);
  const whole = entries.every((entry) => manifestTypes[entry.mediaType] === "manifest");
  const platforms = whole ? entries.flatMap(declaredPlatform) : [];
  if (!whole || (entries.length === 1 && platforms.length === 0)) return null;
  return indexContent(fetched.digest, fetched.document.value, entries, platforms, now);
}

/** The content of a digest, with what has to be fetched for it: nested indexes, or the config of a single manifest. */
export async function readContent(
  state: RegistryState,
  endpoint: Endpoint,
  fetched: FetchedManifest,
  signal: AbortSignal | undefined,
): Promise<Result<Content>> {
  const now = state.parts.clock.now();
  const atHand = contentAtHand(fetched, now);
  if (atHand !== null) return success(atHand);
  const { digest, document } = fetched;
  if (document.kind === "manifest") return await manifestContent(state, endpoint, digest, document, signal);
  const platforms = await indexPlatforms(state, endpoint, document.value.manifests, 1, signal);
  if (!platforms.ok) return platforms;
  const entries = imageEntries(document.value.manifests);
  return success(indexContent(digest, document.value, entries, platforms.value, now));
}

type IndexDocument = Extract<ManifestDocument, { kind: "index" }>["value"];
type ImageEntry = Descriptor & { readonly mediaType: keyof typeof manifestTypes };

// Provenance, SBOMs and other artifacts stand in the index beside the images (registries 3.3).
function imageEntries(manifests: readonly Descriptor[]): readonly ImageEntry[] {
  return manifests.filter((entry): entry is ImageEntry => {
    const { platform, annotations, artifactType } = entry;
    if (platform?.os === "unknown" && platform.architecture === "unknown") return false;
    if (annotations?.["vnd.docker.reference.type"] === "attestation-manifest") return false;
    return !artifactType && isManifestType(entry.mediaType);
  });
}

function declaredPlatform(entry: Descriptor): readonly Platform[] {
  const { platform } = entry;
  if (!platform || platform.os === "" || platform.architecture === "") return [];
  return [normalisePlatform(platform.os, platform.architecture, platform.variant ?? null)];
}

function indexContent(
  digest: Digest,
  document: IndexDocument,
  entries: readonly Descriptor[],
  platforms: readonly Platform[],
  now: number,
): Content {
  const claims = readClaims([document.annotations, ...entries.map((entry) => entry.annotations)], now);
  return { digest, kind: "index", children: [], platforms: withoutRepetitions(platforms), ...claims };
}

async function indexPlatforms(
  state: RegistryState,
  endpoint: Endpoint,
  manifests: readonly Descriptor[],
  depth: number,
  signal: AbortSignal | undefined,
): Promise<Result<readonly Platform[]>> {
  const platforms: Platform[] = [];
  const entries = imageEntries(manifests);
  const indexes = entries.filter((entry) => manifestTypes[entry.mediaType] === "index").length;
  if (indexes > maxNested) return tooWide(endpoint, indexes);
  for (const entry of entries) {
    const nested = manifestTypes[entry.mediaType] === "index";
    const declared = declaredPlatform(entry);
    platforms.push(...declared);
    if (!nested && (declared.length > 0 || entries.length > 1)) continue;
    if (nested && depth === maxDepth) return tooDeep(endpoint);
    const fetched = await fetchManifest(state, endpoint, entry.digest, signal);
    if (!fetched.ok) return fetched;
    const { document } = fetched.value;
    const found = document.kind === "index"
      ? await indexPlatforms(state, endpoint, document.value.manifests, depth + 1, signal)
      : await configPlatforms(state, endpoint, entry.digest, document, signal);
    if (!found.ok) return found;
    platforms.push(...found.value);
  }
  return success(platforms);
}

async function configPlatforms(
  state: RegistryState,
  endpoint: Endpoint,
  digest: Digest,
  document: Extract<ManifestDocument, { kind: "manifest" }>,
  signal: AbortSignal | undefined,
): Promise<Result<readonly Platform[]>> {
  const content = await manifestContent(state, endpoint, digest, document, signal);
  return content.ok ? success(content.value.platforms) : content;
}

async function manifestContent(
  state: RegistryState,
  endpoint: Endpoint,
  digest: Digest,
  document: Extract<ManifestDocument, { kind: "manifest" }>,
  signal: AbortSignal | undefined,
): Promise<Result<Content>> {
  const now = state.parts.clock.now();
  const { annotations, config } = document.value;
  // A chart or an SBOM is content too, but it runs nowhere.
  if (!configTypes.has(config.mediaType)) {
    return success({ digest, kind: "manifest", platforms: [], children: [], ...readClaims([annotations], now) });
  }
  const bytes = await fetchConfig(state, endpoint, config, signal);
  if (!bytes.ok) return bytes;
  const parsed = imageConfig.safeParse(parseJson(bytes.value));
  if (!parsed.success) {
    const message = `the config ${config.digest} of ${formatRepository(endpoint.display)} is no image config`;
    return registryFailure("registry.protocol", endpoint.display, message, { cure });
  }
  const { os, architecture, variant, created } = parsed.data;
  const platforms = os && architecture ? [normalisePlatform(os, architecture, variant ?? null)] : [];
  const own = created ? { "org.opencontainers.image.created": created } : null;
  const claims = readClaims([annotations, own, parsed.data.config?.Labels], now);
  return success({ digest, kind: "manifest", platforms, children: [], ...claims });
}

// Of two entries for one platform the first is what an engine takes.
function withoutRepetitions(platforms: readonly Platform[]): readonly Platform[] {
  return [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()];
}

function tooDeep(endpoint: Endpoint): Result<never> {
  const message = `an index of ${formatRepository(endpoint.display)} nests deeper than ${maxDepth} levels`;
  return registryFailure("registry.protocol", endpoint.display, message, { cure });
}

function tooWide(endpoint: Endpoint, indexes: number): Result<never> {
  const message = `an index of ${
    formatRepository(endpoint.display)
  } holds ${indexes} indexes; magos reads ${maxNested}`;
  return registryFailure("registry.protocol", endpoint.display, message, { cure });
}
