// GitHub's registry: tokens without a life, oldest tag first, pages of 100 unless more is asked for (registries 1.7, 2.3).
import { type KindRules, makeKind, refuse, type RegistryKind, type TagQuestion } from "./kind.ts";
import { pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** What is not known of the real one and has to be borne in each form. */
export interface GhcrOptions {
  /** What an unknown or the very last tag as `last` gives: what follows it, the list from its beginning, or a refusal. */
  readonly last?: "works" | "ignored" | "refused";
}

/** A GHCR whose tokens can be made stale. */
export interface Ghcr extends RegistryKind {
  expireTokens(): void;
}

/** `ghcr.io` with public packages. */
export function ghcr(images: KindImages, options: GhcrOptions = {}): Ghcr {
  const tokens = tokenService({
    realm: "https://ghcr.io/token",
    service: "ghcr.io",
    // A missing or private package is refused by the token service already.
    refuseScope: (path) => path === null || kind.tags(path) === null ? refuse(401, "UNAUTHORIZED") : null,
    // The ping's scope is a placeholder.
    challenge: (scope) =>
      `Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="${scope ?? "repository:user/image:pull"}"`,
    stale: () => refuse(403, "DENIED"),
  });
  const rules: KindRules = {
    origin: "https://ghcr.io",
    guard: tokens.guard,
    list: (question) => list(question, options.last ?? "works"),
    others: { "https://ghcr.io": tokens.issue },
  };
  const kind = makeKind(images, rules);
  return { ...kind, expireTokens: tokens.expire };
}

function list(question: TagQuestion, last: "works" | "ignored" | "refused"): Response {
  const end = question.last !== null &&
    (question.last === question.tags.at(-1) || !question.tags.includes(question.last));
  if (end && last === "refused") return refuse(404, "NAME_UNKNOWN");
  const asked = end && last === "ignored" ? { ...question, last: null } : question;
  return tagDocument(asked, pageOf(asked, asked.tags, { usual: 100, most: 10_000, sorted: false }));
}
