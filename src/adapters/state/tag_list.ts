// Tag lists as they are kept: compressed, since 200,000 names of builds differ in a few digits each.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Digest, sha256Of } from "../../core/model/digest.ts";

/** More than the 32 MiB that a registry's answers may hold. */
const largestList = 64 * 1024 * 1024;

/** A list's bytes, and a checksum that tells whether two lists are the same. */
export function packTags(tags: readonly string[]): { readonly bytes: Uint8Array; readonly checksum: Digest } {
  // No tag holds a line break: the registry adapter has dropped what is no tag.
  const text = tags.join("\n");
  return { bytes: deflateRawSync(text), checksum: sha256Of(text) };
}

/** The list of packed bytes, or null when they are not what was packed: then it is asked for again. */
export function unpackTags(bytes: Uint8Array, checksum: string): readonly string[] | null {
  const text = inflated(bytes);
  if (text === null || sha256Of(text) !== checksum) return null;
  return text === "" ? [] : text.split("\n");
}

function inflated(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder().decode(inflateRawSync(bytes, { maxOutputLength: largestList }));
  } catch {
    return null;
  }
}
