// Amazon's two registries: private with a Basic password, public with tokens; 405 above 1,000 tags (registries 2.3).
import { type KindRules, makeKind, refuse, type RegistryKind } from "./kind.ts";
import { lexically, pageOf, tagDocument } from "./paging.ts";
import type { KindImages } from "./shelf.ts";
import { tokenService } from "./tokens.ts";

/** The host of a private registry. */
export const ecrHost = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

const list: KindRules["list"] = (question) => {
  if ((question.n ?? 0) > 1000) return refuse(405, "UNSUPPORTED");
  const page = pageOf(question, lexically(question.tags), { usual: 100, most: 1000, sorted: true });
  return tagDocument(question, page);
};

/** A private registry: user `AWS` and this password; HEAD tells the digest, GET does not. */
export function ecrPrivate(images: KindImages, password: string): RegistryKind {
  const pass = `Basic ${btoa(`AWS:${password}`)}`;
  return makeKind(images, {
    origin: `https://${ecrHost}`,
    guard: (request) =>
      request.headers.get("Authorization") === pass
        ? null
        : new Response("Not Authorized\n", { status: 401, headers: { "WWW-Authenticate": 'Basic realm="ecr"' } }),
    list,
    manifest(request, answer) {
      if (request.method === "GET") answer.headers.delete("Docker-Content-Digest");
      return answer;
    },
  });
}

/** `public.ecr.aws`. */
export function ecrPublic(images: KindImages): RegistryKind {
  const origin = "https://public.ecr.aws";
  const tokens = tokenService({ realm: `${origin}/token/`, service: "public.ecr.aws" });
  return makeKind(images, { origin, guard: tokens.guard, list, others: { [origin]: tokens.issue } });
}
