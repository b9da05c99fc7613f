// The common half of the scripted registries: paths, manifests, blobs, and a record of every request. What differs from
// kind to kind (registries 1.7, 2.3 and 5.2) is the rules.
import { ociTypes } from "../../../src/cli/demo/build_image.ts";
import type { Handler } from "../app_http.ts";
import { type KindImages, makeShelf, type Shelf } from "./shelf.ts";

/** A scripted registry: handlers for `appHttp`, what it holds, and what it was asked. */
export interface RegistryKind extends Shelf {
  /** By origin: the registry, its token service, its own API. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** `METHOD URL` of every request that came in, at whichever origin. */
  readonly lines: readonly string[];
  /** Forgets the lines so far, and says how many there were. */
  forget(): number;
}

/** A question for tags. */
export interface TagQuestion {
  readonly url: URL;
  readonly path: string;
  /** Oldest first. */
  readonly tags: readonly string[];
  readonly n: number | null;
  readonly last: string | null;
}

/** How a kind behaves. */
export interface KindRules {
  readonly origin: string;
  /** The refusal of a request without the right pass, or null; `path` is null below none of the repositories. */
  readonly guard?: (request: Request, path: string | null) => Response | null;
  readonly list: (question: TagQuestion) => Response;
  /** Where there is no such repository; `NAME_UNKNOWN` without this rule. */
  readonly missing?: () => Response;
  /** Changes the answer to HEAD or GET of a manifest. */
  readonly manifest?: (request: Request, answer: Response) => Response;
  /** The token service and the kind's own API, by origin and path; null passes on to the registry. */
  readonly others?: Readonly<Record<string, (request: Request, shelf: Shelf) => Response | null>>;
}

/** Makes a registry of a kind. */
export function makeKind(images: KindImages, rules: KindRules): RegistryKind {
  const shelf = makeShelf(images);
  const lines: string[] = [];
  const origins = new Set([rules.origin, ...Object.keys(rules.others ?? {})]);
  const answer = (request: Request): Response => {
    lines.push(`${request.method} ${request.url}`);
    const { origin } = new URL(request.url);
    const own = rules.others?.[origin]?.(request, shelf) ?? null;
    return own ?? (origin === rules.origin ? serve(request, rules, shelf) : refuse(404, "NOT_FOUND"));
  };
  return {
    ...shelf,
    handlers: Object.fromEntries([...origins].map((origin) => [origin, answer])),
    lines,
    forget: () => lines.splice(0).length,
  };
}

/** The error document of the distribution specification. */
export function refuse(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ errors: [{ code, message: `${code} says the registry` }] }, { status, headers });
}

function serve(request: Request, rules: KindRules, shelf: Shelf): Response {
  const url = new URL(request.url);
  const [, path = null, room = "", reference = ""] =
    /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
  const refused = rules.guard?.(request, path) ?? null;
  if (refused !== null) return refused;
  if (path === null) return url.pathname === "/v2/" ? Response.json({}) : refuse(404, "NAME_INVALID");
  const tags = shelf.tags(path);
  if (tags === null) return rules.missing?.() ?? refuse(404, "NAME_UNKNOWN");
  if (room === "tags") {
    const n = url.searchParams.get("n");
    return rules.list({ url, path, tags, n: n === null ? null : Number(n), last: url.searchParams.get("last") });
  }
  if (room === "blobs") return serveBlob(shelf, path, reference);
  const answer = serveManifest(request, shelf, path, reference);
  return rules.manifest?.(request, answer) ?? answer;
}

// Without the four types in Accept, registries serve another object or none (registries 3.1).
function serveManifest(request: Request, shelf: Shelf, path: string, reference: string): Response {
  const tagged = shelf.image(path, reference)?.root;
  const found = tagged ??
    shelf.images(path).flatMap(({ documents }) => documents).find(({ digest }) => digest === reference);
  const accepted = request.headers.get("Accept") ?? "";
  if (found === undefined || !accepted.includes(ociTypes.index)) return refuse(404, "MANIFEST_UNKNOWN");
  return new Response(request.method === "HEAD" ? null : found.bytes, {
    headers: {
      "Content-Type": found.mediaType,
      "Content-Length": String(found.bytes.length),
      "Docker-Content-Digest": found.digest,
    },
  });
}

function serveBlob(shelf: Shelf, path: string, digest: string): Response {
  const blobs = shelf.images(path).flatMap(({ blobs }) => [...blobs]);
  const bytes = blobs.find(([key]) => key === digest)?.[1];
  return bytes === undefined
    ? refuse(404, "BLOB_UNKNOWN")
    : new Response(bytes, { headers: { "Content-Type": "application/octet-stream" } });
}
