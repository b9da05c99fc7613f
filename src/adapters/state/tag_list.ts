// Tag lists as they are kept: compressed, since 200,000 names of builds differ in a few digits each.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { sha256Of } from "../../core/model/digest.ts";

/** More than the 32 MiB that a registry's answers may hold. */
const largestList = 64 * 1024 * 1024;

/** The list as one text: two lists are the same exactly when their texts are. */
export function joinTags(tags: readonly string[]): string {
  // No tag holds a line break: the registry adapter has dropped what is no tag.
  return tags.join("\n");
}

/** The bytes of a joined list. */
export function packTags(text: string): Uint8Array {
  return deflateRawSync(text);
}

/** The list of packed bytes, or null when they are not those of the text with this checksum. */
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
