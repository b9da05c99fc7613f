// Manifests and indexes written by hand, in front of an honest registry.
import { type Digest, sha256Of } from "../../../src/core/model/digest.ts";
import type { Fault } from "../../fakes/fake_registry.ts";

/** Media types of the OCI image specification. */
export const types = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
} as const;

/** A document's place in another. */
export interface Entry {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Documents and blobs of one repository. */
export interface Shelf {
  /** Keeps a document by its digest. */
  add(value: unknown, mediaType: string): Entry;
  /** Makes `1.1.0` and `latest` point to a document; answers what is on the shelf, and leaves the rest to the registry. */
  fault(root: Entry): Fault;
}

/** An empty shelf. Texts are kept as they are, everything else as JSON. */
export function shelf(): Shelf {
  const kept = new Map<string, { readonly text: string; readonly entry: Entry }>();
  return {
    add(value, mediaType) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const entry = { mediaType, digest: sha256Of(text), size: new TextEncoder().encode(text).length };
      kept.set(entry.digest, { text, entry });
      return entry;
    },
    fault: (root) => (request, next) => {
      const [, reference = ""] = /\/(?:manifests|blobs)\/([^/]+)$/.exec(new URL(request.url).pathname) ?? [];
      const found = kept.get(["1.1.0", "latest"].includes(reference) ? root.digest : reference);
      if (found === undefined) return next();
      const headers = { "Content-Type": found.entry.mediaType, "Docker-Content-Digest": found.entry.digest };
      return new Response(request.method === "HEAD" ? null : found.text, { headers });
    },
  };
}

/** An index with a fault's say on its entries. */
export function index(manifests: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): unknown {
  return { schemaVersion: 2, mediaType: types.index, manifests, ...more };
}

/** The manifest of one image. */
export function manifest(config: Entry, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { schemaVersion: 2, mediaType: types.manifest, config, layers: [], ...more };
}
