// registry:2.8 of the distribution project: every tag at once, unsorted, whatever `n` and `last` say (registries 2.3).
import { makeKind, type RegistryKind } from "./kind.ts";
import type { KindImages } from "./shelf.ts";

/** `registry2.example`, open to all. */
export function distribution2(images: KindImages): RegistryKind {
  return makeKind(images, {
    origin: "https://registry2.example",
    list: ({ path, tags }) => Response.json({ name: path, tags: [...tags].sort(byHash) }),
    manifest: withEtag,
  });
}

/** The digest as ETag, and 304 to whoever names it (registries 3.2). */
export function withEtag(request: Request, answer: Response): Response {
  const digest = answer.headers.get("Docker-Content-Digest");
  if (digest === null) return answer;
  const etag = `"${digest}"`;
  if (request.headers.get("If-None-Match") === etag) {
    return new Response(null, { status: 304, headers: { ETag: etag } });
  }
  answer.headers.set("ETag", etag);
  return answer;
}

// The order of a file system: none that means anything, but the same each time.
function byHash(one: string, other: string): number {
  const weight = (tag: string): number => [...tag].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  return weight(one) - weight(other) || (one < other ? -1 : 1);
}
