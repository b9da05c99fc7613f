// An honest OCI registry in memory: `magos demo` scans it as it would any other, and the tests' fake wraps it in faults.
import { type Context, Hono } from "hono";
import type { Digest } from "../../core/model/digest.ts";
import { buildImage, type BuiltDocument } from "./build_image.ts";
import { type DemoImage, type DemoRelease, repositoryPath } from "./demo_image.ts";
import { type DemoTokens, demoTokens } from "./demo_tokens.ts";

/** How the registry behaves. */
export interface DemoOptions {
  /** `bearer` demands an anonymous token for everything below /v2/, as GHCR and Docker Hub do. */
  readonly auth?: "none" | "bearer";
  /** Tags on a page when the client names no number, and the most it may name; all of them by default. */
  readonly pageSize?: number;
}

/** The running registry: a fetch handler, to be served or to be called as it is. */
export interface DemoRegistry {
  fetch(request: Request): Promise<Response>;
  /** Adds tags or moves them to another build, and gives its digest. The old build stays reachable by digest. */
  push(name: string, release: DemoRelease): Digest;
  /** Where a tag points now, or null. */
  digestOf(name: string, tag: string): Digest | null;
  /** Requests answered so far. */
  readonly requests: number;
}

interface Shelf {
  readonly tags: Map<string, Digest>;
  readonly documents: Map<Digest, BuiltDocument>;
  readonly blobs: Map<Digest, Uint8Array<ArrayBuffer>>;
}

/** Builds the images and a registry that serves them by the distribution specification, read only. */
export function createDemoRegistry(images: readonly DemoImage[], options: DemoOptions = {}): DemoRegistry {
  const shelves = new Map<string, Shelf>();
  const tokens = options.auth === "bearer" ? demoTokens() : null;
  let requests = 0;

  function push(name: string, release: DemoRelease): Digest {
    const path = repositoryPath(name);
    const shelf = shelves.get(path) ?? { tags: new Map(), documents: new Map(), blobs: new Map() };
    shelves.set(path, shelf);
    const built = buildImage(name, release);
    for (const document of built.documents) shelf.documents.set(document.digest, document);
    for (const [digest, bytes] of built.blobs) shelf.blobs.set(digest, bytes);
    for (const tag of release.tags) shelf.tags.set(tag, built.root.digest);
    return built.root.digest;
  }
  for (const image of images) for (const release of image.releases) push(image.name, release);

  const app = registryApp(shelves, tokens, options.pageSize ?? null);
  return {
    push,
    digestOf: (name, tag) => shelves.get(repositoryPath(name))?.tags.get(tag) ?? null,
    get requests() {
      return requests;
    },
    async fetch(request) {
      requests++;
      return await app.fetch(request);
    },
  };
}

function registryApp(shelves: ReadonlyMap<string, Shelf>, tokens: DemoTokens | null, pageSize: number | null): Hono {
  const app = new Hono();
  if (tokens !== null) {
    app.get("/token", (c) => c.json(tokens.issue(new URL(c.req.url))));
    app.use("/v2/*", async (c, next) => tokens.refuse(c.req.raw) ?? await next());
  }
  app.get("/v2/", (c) => c.json({}));
  app.get("/v2/:name{.+}/tags/list", (c) => listTags(c, shelves.get(c.req.param("name")), pageSize));
  app.get("/v2/:name{.+}/manifests/:reference", (c) => {
    const shelf = shelves.get(c.req.param("name"));
    if (shelf === undefined) return refuse(c, 404, "NAME_UNKNOWN", "repository name not known to registry");
    const reference = c.req.param("reference");
    const document = shelf.documents.get(shelf.tags.get(reference) ?? reference);
    if (document === undefined) return refuse(c, 404, "MANIFEST_UNKNOWN", "manifest unknown");
    return serveBytes(document.bytes, document.mediaType, document.digest);
  });
  app.get("/v2/:name{.+}/blobs/:digest", (c) => {
    const digest = c.req.param("digest");
    const bytes = shelves.get(c.req.param("name"))?.blobs.get(digest);
    if (bytes === undefined) return refuse(c, 404, "BLOB_UNKNOWN", "blob unknown to registry");
    return serveBytes(bytes, "application/octet-stream", digest);
  });
  app.notFound((c) => refuse(c, 404, "NAME_INVALID", "no such path in a registry"));
  return app;
}

// Pages as the distribution specification asks: `last` is exclusive, and Link is there only while more tags follow.
function listTags(c: Context, shelf: Shelf | undefined, pageSize: number | null): Response {
  const name = c.req.param("name") ?? "";
  if (shelf === undefined) return refuse(c, 404, "NAME_UNKNOWN", "repository name not known to registry");
  const all = [...shelf.tags.keys()];
  const asked = Number.parseInt(c.req.query("n") ?? "", 10);
  const size = Math.min(Number.isNaN(asked) ? Infinity : asked, pageSize ?? Infinity);
  const after = c.req.query("last");
  const start = after === undefined ? 0 : all.indexOf(after) + 1;
  const tags = all.slice(start, start + size);
  const last = tags.at(-1);
  if (last !== undefined && start + tags.length < all.length) {
    c.header("Link", `</v2/${name}/tags/list?last=${encodeURIComponent(last)}&n=${size}>; rel="next"`);
  }
  return c.json({ name, tags });
}

function serveBytes(bytes: Uint8Array<ArrayBuffer>, mediaType: string, digest: Digest): Response {
  return new Response(bytes, {
    headers: {
      "Content-Type": mediaType,
      "Content-Length": String(bytes.length),
      "Docker-Content-Digest": digest,
      ETag: `"${digest}"`,
    },
  });
}

function refuse(c: Context, status: 404, code: string, message: string): Response {
  return c.json({ errors: [{ code, message }] }, status);
}
