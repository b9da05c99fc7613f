// Manifests fetched in this process, so that a tag that was just resolved is not fetched again to be inspected.
import type { Digest } from "../../core/model/digest.ts";
import type { ManifestDocument } from "./manifest_document.ts";

const maxBytes = 16 * 1024 * 1024;

/** A verified document and the bytes of its text. */
export interface KeptDocument {
  readonly document: ManifestDocument;
  readonly size: number;
}

/** Documents by repository and digest, the oldest dropped above 16 MiB of their text. */
export class DocumentCache {
  readonly #kept = new Map<string, KeptDocument>();
  #bytes = 0;

  /** Asked by repository as well: what one registry served proves nothing about what another holds. */
  get(repository: string, digest: Digest): KeptDocument | null {
    return this.#kept.get(`${repository}@${digest}`) ?? null;
  }

  /** Keeps a document whose digest was verified. */
  keep(repository: string, digest: Digest, document: ManifestDocument, size: number): void {
    const key = `${repository}@${digest}`;
    if (this.#kept.has(key)) return;
    this.#kept.set(key, { document, size });
    this.#bytes += size;
    for (const [oldest, kept] of this.#kept) {
      if (this.#bytes <= maxBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= kept.size;
    }
  }
}
