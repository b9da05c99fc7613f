// Gitea and Forgejo: two challenges in one, and a Link on every page that is not empty (registries 1.2, 2.2).
import { makeKind, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** `codeberg.org`; public reading needs the anonymous token. `page` is the most on a page. */
export function gitea(images: KindImages, page = 1000): RegistryKind {
  const origin = "https://codeberg.org";
  const challenge = `Bearer realm="${origin}/v2/token",service="container_registry",scope="*",` +
    `Basic realm="${origin}/v2",service="container_registry",scope="*"`;
  const tokens = tokenService({
    realm: `${origin}/v2/token`,
    service: "container_registry",
    challenge: () => challenge,
  });
  return makeKind(images, {
    origin,
    guard: tokens.guard,
    list(question) {
      const part = pageOf(question, lexically(question.tags), { usual: page, most: page, sorted: true });
      const last = part.tags.at(-1);
      const link = last === undefined ? null : `<${question.url.pathname}?last=${last}&n=${part.size}>; rel="next"`;
      return tagDocument(question, part, link);
    },
    others: { [origin]: tokens.issue },
  });
}
