// Docker Hub: the registry with its pull quota, all tags in one page; and the API of hub.docker.com beside it
// (registries 2.3, 2.5, 4.1).
import { makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages, Shelf } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** What a test may choose. */
export interface DockerHubOptions {
  /** Tags on a page of the registry; all of them by default, as `n` is ignored. */
  readonly page?: number;
  /** Paths that the API hides: private repositories. */
  readonly hidden?: readonly string[];
  /** Tags whose tag-level digest is null in the API. */
  readonly withoutDigest?: readonly string[];
  /** Answers in place of the API. */
  readonly api?: (request: Request) => Response | null;
}

const hub = "https://hub.docker.com";

/** `docker.io`, paths with `library/`. */
export function dockerHub(images: KindImages, options: DockerHubOptions = {}): RegistryKind {
  let pulls = 100;
  let calls = 180;
  const tokens = tokenService({
    realm: "https://auth.docker.io/token",
    service: "registry.docker.io",
    body: (token) => ({ token, access_token: token, expires_in: 300 }),
  });
  return makeKind(images, {
    origin: "https://registry-1.docker.io",
    guard: tokens.guard,
    // Missing and private look the same, after a valid token too.
    missing: () =>
      refuse(401, "UNAUTHORIZED", {
        "WWW-Authenticate":
          'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",error="insufficient_scope"',
      }),
    list(question) {
      const size = options.page ?? Infinity;
      return tagDocument(
        question,
        pageOf({ ...question, n: null }, lexically(question.tags), { usual: size, most: size, sorted: true }),
      );
    },
    manifest(request, answer) {
      if (request.method === "GET" && answer.status === 200) pulls--;
      answer.headers.set("ratelimit-limit", "100;w=21600");
      answer.headers.set("ratelimit-remaining", `${pulls};w=21600`);
      answer.headers.set("docker-ratelimit-source", "192.0.2.1");
      return answer;
    },
    others: {
      "https://auth.docker.io": tokens.issue,
      [hub](request, shelf) {
        const answer = options.api?.(request) ?? answerApi(new URL(request.url), shelf, options);
        answer.headers.set("X-RateLimit-Limit", "180");
        answer.headers.set("X-RateLimit-Remaining", String(--calls));
        return answer;
      },
    },
  });
}

function answerApi(url: URL, shelf: Shelf, options: DockerHubOptions): Response {
  const [, namespace, repository, tag] =
    /^\/v2\/namespaces\/([^/]+)\/repositories\/([^/]+)\/tags(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  const path = `${namespace}/${repository}`;
  const tags = namespace === undefined || options.hidden?.includes(path) ? null : shelf.tags(path);
  const absent = () => Response.json({ message: "httperror 404: object not found", errinfo: {} }, { status: 404 });
  if (tags === null) return absent();
  const entry = (name: string) => ({
    name,
    last_updated: new Date(shelf.pushedAt(path, name)).toISOString(),
    tag_last_pushed: new Date(shelf.pushedAt(path, name)).toISOString(),
    digest: options.withoutDigest?.includes(name) ? null : shelf.digestOf(path, name),
    images: [{ architecture: "amd64", os: "linux", variant: null, digest: `sha256:${"0".repeat(64)}` }],
  });
  if (tag !== undefined) return tags.includes(tag) ? Response.json(entry(tag)) : absent();
  const size = Math.min(Number(url.searchParams.get("page_size") ?? 10), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  const newestFirst = url.searchParams.get("ordering") === "last_updated"
    ? [...tags].sort((a, b) => shelf.pushedAt(path, b) - shelf.pushedAt(path, a))
    : lexically(tags);
  const names = newestFirst.slice((page - 1) * size, page * size);
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  return Response.json({
    count: tags.length,
    next: page * size < tags.length ? next.href : null,
    previous: null,
    results: names.map(entry),
  });
}
