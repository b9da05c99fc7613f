// From a verified manifest or index to what an image is: platforms and claims (registries 3.3 and 3.4).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { formatPlatform } from "../../core/model/platform.ts";
import { type Failure, type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { Time } from "../../core/model/time.ts";
import type { Content } from "../../core/ports/registry.ts";
import { fetchChild } from "./fetch_child.ts";
import type { FetchedManifest } from "./fetch_manifest.ts";
import { imageContent } from "./image_content.ts";
import { type ImageClaims, readClaims } from "./image_labels.ts";
import {
  declaredImage,
  describeImages,
  hasToBeRead,
  imageEntries,
  type IndexImage,
  isIndexEntry,
} from "./index_images.ts";
import type { Descriptor, ManifestDocument } from "./manifest_document.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

const maxDepth = 2;
// Nesting is rare; more would only make us ask (registries 9.4).
const maxNested = 16;

type IndexDocument = Extract<ManifestDocument, { kind: "index" }>["value"];

/** The content if the document alone tells it, without another request; else null. */
export function contentAtHand(fetched: FetchedManifest, now: Time): Content | null {
  if (fetched.document.kind !== "index") return null;
  const { value } = fetched.document;
  const entries = imageEntries(value.manifests);
  if (entries.some((entry) => hasToBeRead(entry, entries))) return null;
  return indexContent(
    fetched,
    value,
    { images: entries.map(declaredImage), notes: [], claims: [], partial: false },
    now,
  );
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
  if (document.kind === "manifest") return await imageContent(state, endpoint, digest, document, signal);
  const walk: Walk = { images: [], notes: [], claims: [], partial: false, nested: 0 };
  const failed = await walkIndex(state, endpoint, document.value.manifests, walk, 1, signal);
  return failed === null ? success(indexContent(fetched, document.value, walk, now)) : { ok: false, failure: failed };
}

/** What an index was found to hold. */
interface Findings {
  readonly images: readonly IndexImage[];
  readonly notes: readonly string[];
  /** Of images that had to be read anyway. */
  readonly claims: readonly ImageClaims[];
  readonly partial: boolean;
}

interface Walk extends Findings {
  readonly images: IndexImage[];
  readonly notes: string[];
  readonly claims: ImageClaims[];
  partial: boolean;
  nested: number;
}

/** Collects the images of an index and of those in it; gives what went wrong, or null. */
async function walkIndex(
  state: RegistryState,
  endpoint: Endpoint,
  manifests: readonly Descriptor[],
  walk: Walk,
  depth: number,
  signal: AbortSignal | undefined,
): Promise<Failure | null> {
  const entries = imageEntries(manifests);
  for (const entry of entries) {
    if (!hasToBeRead(entry, entries)) {
      walk.images.push(declaredImage(entry));
      continue;
    }
    const refused = isIndexEntry(entry) ? refuseNested(endpoint, walk, depth) : null;
    if (refused !== null) return refused;
    const fetched = await fetchChild(state, endpoint, entry, signal);
    if (!fetched.ok) return fetched.failure;
    const { document, digest } = fetched.value;
    if (document.kind === "index") {
      const failed = await walkIndex(state, endpoint, document.value.manifests, walk, depth + 1, signal);
      if (failed !== null) return failed;
      continue;
    }
    const content = await imageContent(state, endpoint, digest, document, signal);
    if (!content.ok) return content.failure;
    takeImage(walk, content.value);
  }
  return null;
}

function refuseNested(endpoint: Endpoint, walk: Walk, depth: number): Failure | null {
  const what = depth === maxDepth
    ? `nests deeper than ${maxDepth} levels`
    : ++walk.nested > maxNested
    ? `holds more than ${maxNested} further indexes`
    : null;
  if (what === null) return null;
  const message = `an index of ${formatRepository(endpoint.display)} ${what}`;
  return registryFailure("registry.protocol", endpoint.display, message).failure;
}

// Asked for, since its index says nothing of it.
function takeImage(walk: Walk, { digest, platforms, notes, partial, ...claims }: Content): void {
  const [platform = null] = platforms;
  const told = platform === null ? "" : `; its config says ${formatPlatform(platform)}`;
  walk.images.push({ platform, digest, osVersion: "" });
  walk.notes.push(`platform not declared for the one image of the index${told}`, ...notes);
  walk.claims.push(claims);
  walk.partial ||= partial;
}

function indexContent({ digest }: FetchedManifest, document: IndexDocument, found: Findings, now: Time): Content {
  const described = describeImages(found.images);
  const entries = imageEntries(document.manifests);
  const claims = readClaims([document.annotations, ...entries.map((entry) => entry.annotations)], now);
  const [read] = found.claims;
  return {
    digest,
    kind: "index",
    ...described,
    notes: [...found.notes, ...described.notes],
    partial: found.partial,
    created: claims.created ?? read?.created ?? null,
    source: claims.source ?? read?.source ?? null,
    revision: claims.revision ?? read?.revision ?? null,
    version: claims.version ?? read?.version ?? null,
  };
}
