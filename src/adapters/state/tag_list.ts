// Tag lists as they are kept: compressed, since 200,000 names of builds differ in a few digits each.
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** The list as one text: two lists are the same exactly when their texts are. */
export function joinTags(tags: readonly string[]): string {
  // No tag holds a line break: the registry adapter has dropped what is no tag.
  return tags.join("\n");
}

/** The bytes of a joined list. */
export function packTags(text: string): Uint8Array {
  return deflateRawSync(text);
}

/** The list of packed bytes. */
export function unpackTags(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(inflateRawSync(bytes));
  return text === "" ? [] : text.split("\n");
}
