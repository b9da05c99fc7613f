// Tag lists as they are kept: compressed, since 200,000 names of builds differ in a few digits each.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Digest, sha256Of } from "../../core/model/digest.ts";

/** A list's bytes, and a checksum that tells whether two lists are the same. */
export function packTags(tags: readonly string[]): { readonly bytes: Uint8Array; readonly checksum: Digest } {
  // No tag holds a line break: the registry adapter has dropped what is no tag.
  const text = tags.join("\n");
  return { bytes: deflateRawSync(text), checksum: sha256Of(text) };
}

/** The list of packed bytes. */
export function unpackTags(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(inflateRawSync(bytes));
  return text === "" ? [] : text.split("\n");
}
