// From a release described as data to the bytes of a real image: layer, configs, manifests and index, by their digests.
import { type Digest, sha256Of } from "../../core/model/digest.ts";
import type { DemoRelease } from "./demo_image.ts";

/** A manifest or index with the type it is served as. */
export interface BuiltDocument {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Everything a registry must hold to serve one release. */
export interface BuiltImage {
  /** What the tags point to: the index, or the manifest of a release for one platform. */
  readonly root: BuiltDocument;
  /** The root and the manifests below it, children first, as they have to be pushed. */
  readonly documents: readonly BuiltDocument[];
  /** Configs and layers. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array<ArrayBuffer>>;
}

/** Media types of the OCI image specification. */
export const ociTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

// Two blocks of zeros end a tar archive, so this is a whole layer with no file in it.
const emptyLayer = new Uint8Array(1024);

/** Builds a release; the same description gives the same digests on every machine. */
export function buildImage(name: string, release: DemoRelease): BuiltImage {
  const blobs = new Map<Digest, Uint8Array<ArrayBuffer>>([[sha256Of(emptyLayer), emptyLayer]]);
  const children = release.platforms.map((platform) => {
    const config = encodeJson(imageConfig(name, release, platform));
    blobs.set(sha256Of(config), config);
    return { platform, document: documentOf(ociTypes.manifest, imageManifest(config)) };
  });
  const [only] = children;
  if (release.single === true && only !== undefined) return { root: only.document, documents: [only.document], blobs };
  const root = documentOf(ociTypes.index, {
    schemaVersion: 2,
    mediaType: ociTypes.index,
    manifests: children.map(({ platform, document }) => ({
      ...describe(document),
      platform: platformFields(platform),
    })),
    annotations: { "org.opencontainers.image.created": release.created, ...release.annotations },
  });
  return { root, documents: [...children.map((child) => child.document), root], blobs };
}

function imageConfig(name: string, release: DemoRelease, platform: string): unknown {
  return {
    created: release.created,
    ...platformFields(platform),
    config: {
      Labels: {
        "org.opencontainers.image.title": name,
        "org.opencontainers.image.version": release.tags[0] ?? "",
        ...release.labels,
      },
    },
    rootfs: { type: "layers", diff_ids: [sha256Of(emptyLayer)] },
    history: [{ created: release.created, created_by: "magos demo", comment: release.note ?? "" }],
  };
}

function imageManifest(config: Uint8Array): unknown {
  return {
    schemaVersion: 2,
    mediaType: ociTypes.manifest,
    config: { mediaType: ociTypes.config, digest: sha256Of(config), size: config.length },
    layers: [{ mediaType: ociTypes.layer, digest: sha256Of(emptyLayer), size: emptyLayer.length }],
  };
}

function platformFields(platform: string): Readonly<Record<string, string>> {
  const [os = "linux", architecture = "amd64", variant] = platform.split("/");
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function describe(document: BuiltDocument): Readonly<Record<string, unknown>> {
  return { mediaType: document.mediaType, digest: document.digest, size: document.bytes.length };
}

function documentOf(mediaType: string, value: unknown): BuiltDocument {
  const bytes = encodeJson(value);
  return { digest: sha256Of(bytes), mediaType, bytes };
}

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
