// zot: open, a challenge on an answer that is good, `last` unencoded in Links and refused when it is gone
// (registries 1.2, 2.3).
import { makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";

/** `zot.example`, open to all. `page` is the most on a page. */
export function zot(images: KindImages, page = Infinity): RegistryKind {
  return makeKind(images, {
    origin: "https://zot.example",
    list(question) {
      const { tags, last, url } = question;
      if (last !== null && !tags.includes(last)) return refuse(404, "NAME_UNKNOWN");
      const part = pageOf(question, lexically(tags), { usual: page, most: page, sorted: true });
      const link = `<${url.pathname}?n=${part.size}&last=${part.tags.at(-1) ?? ""}>; rel="next"`;
      const answer = tagDocument(question, part, part.more ? link : null);
      answer.headers.set("WWW-Authenticate", "bearer realm=https://zot.example/auth,service=zot");
      return answer;
    },
  });
}
