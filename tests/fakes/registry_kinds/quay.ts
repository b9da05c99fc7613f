// Quay: pages of 100 with absolute Links, more refused with 413; and its v1 API, newest first (registries 2.3, 2.5).
import { makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages, Shelf } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** What a test may choose. */
export interface QuayOptions {
  /** Paths that the API hides: private repositories. */
  readonly hidden?: readonly string[];
  /** Answers in place of the API. */
  readonly api?: (request: Request) => Response | null;
}

const origin = "https://quay.io";

/** `quay.io` with public repositories. */
export function quay(images: KindImages, options: QuayOptions = {}): RegistryKind {
  const tokens = tokenService({
    realm: "https://quay.io/v2/auth",
    service: "quay.io",
    refuseScope: (path) => path === null ? refuse(401, "UNAUTHORIZED") : null,
  });
  return makeKind(images, {
    origin,
    guard: tokens.guard,
    missing: () => refuse(401, "UNAUTHORIZED"),
    list(question) {
      if ((question.n ?? 0) > 100) return refuse(413, "TOO_MANY_TAGS_REQUESTED");
      const page = pageOf(question, lexically(question.tags), { usual: 100, most: 100, sorted: true });
      const last = page.tags.at(-1) ?? "";
      const link = `<${origin}${question.url.pathname}?n=${page.size}&last=${encodeURIComponent(last)}>; rel="next"`;
      return tagDocument(question, page, page.more ? link : null);
    },
    others: {
      [origin](request, shelf) {
        const url = new URL(request.url);
        if (!url.pathname.startsWith("/api/")) return tokens.issue(request);
        return options.api?.(request) ?? answerApi(url, shelf, options.hidden ?? []);
      },
    },
  });
}

function answerApi(url: URL, shelf: Shelf, hidden: readonly string[]): Response {
  const path = /^\/api\/v1\/repository\/(.+)\/tag\/$/.exec(url.pathname)?.[1] ?? "";
  const tags = shelf.tags(path);
  // A private repository is refused, a missing one not found.
  if (hidden.includes(path)) return Response.json({ error_message: "Unauthorized" }, { status: 401 });
  if (tags === null) return Response.json({ error_message: "Not Found" }, { status: 404 });
  const specific = url.searchParams.get("specificTag");
  const wanted = specific === null ? tags : tags.filter((tag) => tag === specific);
  const newestFirst = [...wanted].sort((a, b) => shelf.pushedAt(path, b) - shelf.pushedAt(path, a));
  const limit = Math.min(Number(url.searchParams.get("limit") ?? 50), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  return Response.json({
    tags: newestFirst.slice((page - 1) * limit, page * limit).map((name) => ({
      name,
      reversion: false,
      start_ts: Math.floor(shelf.pushedAt(path, name) / 1000),
      manifest_digest: shelf.digestOf(path, name),
      is_manifest_list: true,
      size: null,
      last_modified: new Date(shelf.pushedAt(path, name)).toUTCString(),
    })),
    page,
    has_additional: page * limit < newestFirst.length,
  });
}
