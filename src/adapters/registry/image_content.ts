// From the manifest of one image to what it is; what the manifest does not tell is in its config (registries 3.3, 3.4).
import * as z from "zod";
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import type { Digest } from "../../core/model/digest.ts";
import { normalisePlatform } from "../../core/model/platform.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository } from "../../core/model/reference.ts";
import type { Content } from "../../core/ports/registry.ts";
import { embeddedBytes, fetchConfig } from "./fetch_manifest.ts";
import { readClaims } from "./image_labels.ts";
import { parseJson } from "./json_body.ts";
import type { ManifestDocument } from "./manifest_document.ts";
import { registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

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

/** The content of a single manifest, with one request for its config unless that is embedded or not to be asked for. */
export async function imageContent(
  state: RegistryState,
  endpoint: Endpoint,
  digest: Digest,
  document: Extract<ManifestDocument, { kind: "manifest" }>,
  signal: AbortSignal | undefined,
): Promise<Result<Content>> {
  const now = state.parts.clock.now();
  const { annotations, config } = document.value;
  const bare: Content = {
    digest,
    kind: "manifest",
    platforms: [],
    children: [],
    notes: [],
    partial: false,
    ...readClaims([annotations], now),
  };
  // A chart or an SBOM is content too, but it runs nowhere.
  if (!configTypes.has(config.mediaType)) return success(bare);
  if (!state.settings(endpoint.host).blobs && embeddedBytes(config) === null) {
    const note = `its config is not fetched (registries.hosts."${endpoint.host}".blobs is false), so its platform is ` +
      "not known, nor what only the config says of its origin";
    return success({ ...bare, notes: [note], partial: true });
  }
  const bytes = await fetchConfig(state, endpoint, config, signal);
  if (!bytes.ok) return bytes;
  const parsed = imageConfig.safeParse(parseJson(bytes.value));
  if (!parsed.success) {
    const message = `the config ${config.digest} of ${formatRepository(endpoint.display)} is no image config`;
    const cure = "ask whoever publishes the image, or exclude it";
    return registryFailure("registry.protocol", endpoint.display, message, { cure });
  }
  const { os, architecture, variant, created } = parsed.data;
  const platforms = os && architecture ? [normalisePlatform(os, architecture, variant ?? null)] : [];
  const own = created ? { "org.opencontainers.image.created": created } : null;
  const claims = readClaims([annotations, own, parsed.data.config?.Labels], now);
  const notes = platforms.length > 0 ? [] : ["platform not declared in its config"];
  return success({ ...bare, platforms, notes, ...claims });
}
