// The images that an index names, beside the attestations and artifacts that stand in it too (registries 3.3).
import type { Digest } from "../../core/model/digest.ts";
import { formatPlatform, normalisePlatform, type Platform } from "../../core/model/platform.ts";
import type { Content } from "../../core/ports/registry.ts";
import { type Descriptor, isManifestType, manifestTypes } from "./manifest_document.ts";

/** An entry of an index that stands for an image, or for a further index. */
export type IndexEntry = Descriptor & { readonly mediaType: keyof typeof manifestTypes };

/** One image of an index; its platform is null where nothing tells it. */
export interface IndexImage {
  readonly platform: Platform | null;
  readonly digest: Digest;
  /** Windows images for several releases of the system share a platform; empty elsewhere. */
  readonly osVersion: string;
}

/** The entries that are images: provenance, SBOMs and other artifacts run nowhere. */
export function imageEntries(manifests: readonly Descriptor[]): readonly IndexEntry[] {
  return manifests.filter((entry): entry is IndexEntry => {
    const { platform, annotations, artifactType } = entry;
    if (platform?.os === "unknown" && platform.architecture === "unknown") return false;
    if (annotations?.["vnd.docker.reference.type"] === "attestation-manifest") return false;
    return !artifactType && isManifestType(entry.mediaType);
  });
}

/** What the entry says of itself. */
export function declaredImage({ platform, digest }: IndexEntry): IndexImage {
  if (!platform || platform.os === "" || platform.architecture === "") return { platform: null, digest, osVersion: "" };
  return {
    platform: normalisePlatform(platform.os, platform.architecture, platform.variant ?? null),
    digest,
    osVersion: platform["os.version"] ?? "",
  };
}

/** Whether the entry stands for a further index. */
export function isIndexEntry(entry: IndexEntry): boolean {
  return manifestTypes[entry.mediaType] === "index";
}

/** Whether the entry alone does not tell what it is: a further index, or the only image and without a platform. */
export function hasToBeRead(entry: IndexEntry, entries: readonly IndexEntry[]): boolean {
  return isIndexEntry(entry) || (entries.length === 1 && declaredImage(entry).platform === null);
}

/**
 * Platforms without repetition, the image of each, and what is odd. Of two images for one platform the first is what an
 * engine takes (registries 9.8).
 */
export function describeImages(images: readonly IndexImage[]): Pick<Content, "platforms" | "children" | "notes"> {
  const firsts = new Map<string, IndexImage & { readonly platform: Platform }>();
  const doubled = new Set<string>();
  let undeclared = 0;
  for (const image of images) {
    const { platform, digest, osVersion } = image;
    if (platform === null) {
      undeclared++;
      continue;
    }
    const name = formatPlatform(platform);
    const key = `${name} ${osVersion}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, { ...image, platform });
    else if (first.digest !== digest) doubled.add(name);
  }
  const children = [...firsts.values()].map(({ platform, digest }) => ({ platform, digest }));
  const platforms = new Map(children.map(({ platform }) => [formatPlatform(platform), platform]));
  const notes = [...doubled].map((name) => `the index names several images for ${name}; the first one counts`);
  if (undeclared > 0) notes.push(`platform not declared for ${undeclared} of the ${images.length} images of the index`);
  return { platforms: [...platforms.values()], children, notes };
}
