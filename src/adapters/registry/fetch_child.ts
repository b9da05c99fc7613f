// A manifest that a descriptor promises: from the descriptor itself when it carries it, and believed only when digest,
// size and type are as promised (registries 3.4 and 9.5).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { matchesDigest } from "../../core/model/digest.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import { embeddedBytes, type FetchedManifest, fetchManifest, maxDocumentBytes } from "./fetch_manifest.ts";
import { type Descriptor, isManifestType, manifestTypes, parseManifest } from "./manifest_document.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

/**
 * The document behind an entry of an index. `registry.digest_mismatch` when its bytes are others, `registry.protocol`
 * when only its type differs, `registry.too_large` before anything is asked when the entry promises more than 4 MiB.
 */
export async function fetchChild(
  state: RegistryState,
  endpoint: Endpoint,
  entry: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Result<FetchedManifest>> {
  const { digest, size, mediaType } = entry;
  const name = `manifest ${digest} of ${formatRepository(endpoint.display)}`;
  if (size > maxDocumentBytes) {
    return registryFailure("registry.too_large", endpoint.display, `${name} has ${size} bytes; magos reads 4 MiB`);
  }
  const embedded = embeddedBytes(entry);
  const fetched = embedded === null
    ? await fetchManifest(state, endpoint, digest, signal)
    : readEmbedded(endpoint, entry, embedded, name);
  if (!fetched.ok) return fetched;
  if (fetched.value.size !== size) {
    const message = `${name} has ${fetched.value.size} bytes where the index promises ${size}`;
    return registryFailure("registry.digest_mismatch", endpoint.display, message, { retry: "later", cure });
  }
  const { document } = fetched.value;
  const isOther = document.mediaType !== null && document.mediaType !== mediaType;
  if (isOther || (isManifestType(mediaType) && manifestTypes[mediaType] !== document.kind)) {
    const found = document.mediaType ?? document.kind;
    const message = `${name} is of type ${found} where the index promises ${mediaType}`;
    return registryFailure("registry.protocol", endpoint.display, message, { retry: "later", cure });
  }
  return fetched;
}

const cure = "nothing of this answer is used; ask whoever publishes the image";

function readEmbedded(
  endpoint: Endpoint,
  { digest, mediaType }: Descriptor,
  bytes: Uint8Array,
  name: string,
): Result<FetchedManifest> {
  if (!matchesDigest(bytes, digest)) {
    const message = `the index carries ${name} with bytes of another digest`;
    return registryFailure("registry.digest_mismatch", endpoint.display, message, { retry: "later", cure });
  }
  const document = parseManifest(bytes, mediaType);
  if (typeof document !== "string") return success({ digest, document, size: bytes.length });
  return registryFailure("registry.protocol", endpoint.display, `${name} is refused: ${document}`, {
    retry: "later",
    cure,
  });
}
