// Google's registries: the tag list says which manifest each tag has; and registry.k8s.io, which redirects there and
// loses the query on the way (registries 1.7, 2.3, 2.5).
import type { Handler } from "../app_http.ts";
import { type KindRules, makeKind, type RegistryKind, type TagQuestion } from "./kind.ts";
import { lexically, type Page, pageOf, relativeLink } from "./paging.ts";
import type { KindImages, Shelf } from "./shelf.ts";

/** What a test may choose. */
export interface ArtifactRegistryOptions {
  /** Tags on a page where `n` is not given, and at most. */
  readonly page?: number;
  /** `https://gcr.io` by default. */
  readonly origin?: string;
}

/** A registry with public images. */
export function artifactRegistry(images: KindImages, options: ArtifactRegistryOptions = {}): RegistryKind {
  const size = options.page ?? 1000;
  const rules: KindRules = {
    origin: options.origin ?? "https://gcr.io",
    list(question) {
      const page = pageOf(question, lexically(question.tags), { usual: size, most: 10_000, sorted: true });
      return document(question, page, kind);
    },
  };
  const kind = makeKind(images, rules);
  return kind;
}

/** `registry.k8s.io` in front of a regional host; paths are those of the region, `k8s-artifacts-prod/images/...`. */
export function registryK8s(images: KindImages, options: ArtifactRegistryOptions = {}): RegistryKind {
  const region = "https://europe-west1-docker.pkg.dev";
  const prefix = "/v2/k8s-artifacts-prod/images/";
  const behind = artifactRegistry(
    Object.fromEntries(Object.entries(images).map(([path, tags]) => [`k8s-artifacts-prod/images/${path}`, tags])),
    { ...options, origin: region },
  );
  const lines = behind.lines as string[];
  const front: Handler = (request) => {
    lines.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url);
    if (pathname === "/v2/") return new Response("", { status: 200 });
    const location = `${region}${prefix}${pathname.slice("/v2/".length)}`;
    return new Response("", { status: 307, headers: { Location: location } });
  };
  return { ...prefixed(behind), handlers: { ...behind.handlers, "https://registry.k8s.io": front } };
}

function prefixed(kind: RegistryKind): RegistryKind {
  const inner = (path: string): string => `k8s-artifacts-prod/images/${path}`;
  return {
    ...kind,
    tags: (path) => kind.tags(inner(path)),
    image: (path, tag) => kind.image(inner(path), tag),
    images: (path) => kind.images(inner(path)),
    digestOf: (path, tag) => kind.digestOf(inner(path), tag),
    pushedAt: (path, tag) => kind.pushedAt(inner(path), tag),
    push: (path, tag, at) => kind.push(inner(path), tag, at),
    remove: (path, tag) => kind.remove(inner(path), tag),
  };
}

// Children of an index stand in `manifest` too, without tags.
function document(question: TagQuestion, page: Page, shelf: Shelf): Response {
  const manifest: Record<string, unknown> = {};
  for (const tag of page.tags) {
    const image = shelf.image(question.path, tag);
    for (const { digest, mediaType } of image?.documents ?? []) {
      manifest[digest] = {
        imageSizeBytes: "1024",
        layerId: "",
        mediaType,
        tag: digest === image?.root.digest ? [tag] : [],
        timeCreatedMs: "0",
        timeUploadedMs: String(shelf.pushedAt(question.path, tag)),
      };
    }
  }
  const link = relativeLink(question, page);
  return Response.json({ child: [], manifest, name: question.path, tags: page.tags }, {
    headers: link === null ? {} : { Link: link },
  });
}
