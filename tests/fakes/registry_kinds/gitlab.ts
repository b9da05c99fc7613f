// GitLab: the token service on another host of the same owner, 100 tags by name (registries 1.7, 2.3).
import { makeKind, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** `registry.gitlab.com`. */
export function gitlab(images: KindImages): RegistryKind {
  const tokens = tokenService({ realm: "https://gitlab.com/jwt/auth", service: "container_registry" });
  return makeKind(images, {
    origin: "https://registry.gitlab.com",
    guard: tokens.guard,
    list: (question) =>
      tagDocument(question, pageOf(question, lexically(question.tags), { usual: 100, most: 1000, sorted: true })),
    others: { "https://gitlab.com": tokens.issue },
  });
}
