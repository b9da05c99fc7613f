// registry:3 of the distribution project: sorted, at most 1,000 tags on a page (registries 2.3).
import { withEtag } from "./distribution2.ts";
import { makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";

/** What a test may choose. */
export interface Distribution3Options {
  readonly maxTags?: number;
  /** An early version 3: a larger `n` is refused where later ones lower it. */
  readonly strict?: boolean;
}

/** `registry3.example`, open to all. */
export function distribution3(images: KindImages, options: Distribution3Options = {}): RegistryKind {
  const most = options.maxTags ?? 1000;
  return makeKind(images, {
    origin: "https://registry3.example",
    list(question) {
      if (options.strict === true && (question.n ?? 0) > most) return refuse(400, "PAGINATION_NUMBER_INVALID");
      // Without `n` all tags come at once.
      const limit = question.n === null ? Infinity : most;
      return tagDocument(
        question,
        pageOf(question, lexically(question.tags), { usual: Infinity, most: limit, sorted: true }),
      );
    },
    manifest: withEtag,
  });
}
