// Harbor: no reading without a token, a Basic challenge for a token it refuses, tags sorted (registries 1.2, 1.7, 2.3).
import { makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** `harbor.example` with public projects. */
export function harbor(images: KindImages): RegistryKind {
  const origin = "https://harbor.example";
  const tokens = tokenService({
    realm: `${origin}/service/token`,
    service: "harbor-registry",
    body: (token) => ({ token, access_token: "", expires_in: 1800, issued_at: "2026-01-20T12:00:00Z" }),
    stale: () => refuse(401, "UNAUTHORIZED", { "WWW-Authenticate": 'Basic realm="harbor"' }),
  });
  return makeKind(images, {
    origin,
    guard: tokens.guard,
    missing: () => refuse(401, "UNAUTHORIZED"),
    list: (question) =>
      tagDocument(
        question,
        pageOf(question, lexically(question.tags), { usual: Infinity, most: Infinity, sorted: true }),
      ),
    others: { [origin]: tokens.issue },
  });
}
