// One page of a tag list: the answer's bytes -> names as they came, and what Google's registries say of them beside.
import { isDigest } from "../../core/model/digest.ts";
import { isTag } from "../../core/model/reference.ts";
import type { TagFact } from "../../core/ports/registry.ts";
import { parseJson } from "./json_body.ts";

/** What a page says. */
export interface TagPage {
  /** Not believed yet: there may be things among them that are no tags. */
  readonly names: readonly unknown[];
  readonly facts: ReadonlyMap<string, TagFact>;
}

const noFacts: ReadonlyMap<string, TagFact> = new Map();

/**
 * Reads a page; null when it is no list. `tags` may be null for an empty repository, but an answer without it is none.
 * By hand and not by a schema, which would make a second list of as many as 500,000 names.
 */
export function readTagPage(bytes: Uint8Array): TagPage | null {
  const json = parseJson(bytes);
  if (!isRecord(json) || !Object.hasOwn(json, "tags")) return null;
  const { tags, manifest } = json;
  if (tags === null) return { names: [], facts: noFacts };
  return Array.isArray(tags) ? { names: tags, facts: isRecord(manifest) ? readFacts(manifest) : noFacts } : null;
}

/**
 * The digest of each tag by the `manifest` of a list (registries 2.5). `timeUploadedMs` is the time of the content: whoever
 * moves a tag to what was uploaded long ago does not move it, so it is no time of the tag (registries 3.6).
 */
function readFacts(manifest: Readonly<Record<string, unknown>>): ReadonlyMap<string, TagFact> {
  const facts = new Map<string, TagFact>();
  const twice = new Set<string>();
  for (const digest of Object.keys(manifest)) {
    const entry = manifest[digest];
    const tags = isRecord(entry) ? entry["tag"] : null;
    if (!isDigest(digest) || !Array.isArray(tags)) continue;
    for (const tag of tags) {
      if (typeof tag !== "string" || !isTag(tag)) continue;
      if (facts.has(tag)) twice.add(tag);
      facts.set(tag, { digest, pushedAt: null });
    }
  }
  // Two manifests cannot both have the tag, and which one has it is not for us to guess.
  for (const tag of twice) facts.delete(tag);
  return facts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
