// Whether a delivery comes from a sender that knows the secret, by the means that each kind of sender has.
import { hmacOf, isSameSecret } from "../../core/model/signature.ts";
import type { WebhookSender } from "./http_parts.ts";

/** Headers that carry `[sha256=]<hex HMAC>` over the raw bytes, the first that is there counts. */
const signatureHeaders: Readonly<Partial<Record<WebhookSender["kind"], readonly string[]>>> = {
  github: ["x-hub-signature-256"],
  forgejo: ["x-forgejo-signature", "x-gitea-signature", "x-hub-signature-256"],
  gitea: ["x-gitea-signature", "x-hub-signature-256"],
  generic: ["x-magos-signature", "x-hub-signature-256"],
};

/** Whether the sender can only be told by a secret in the path: it neither signs nor shows a token. */
export function isKnownByPath(kind: WebhookSender["kind"]): boolean {
  return kind === "dockerhub" || kind === "quay";
}

/** Checks one delivery. `path` is what stands behind the kind in the address. */
export function isGenuine(sender: WebhookSender, headers: Headers, path: string, bytes: Uint8Array): boolean {
  const { kind, secret } = sender;
  if (isKnownByPath(kind)) return isSameSecret(path, secret.reveal());
  if (path !== "") return false;
  const names = signatureHeaders[kind];
  if (names === undefined) return isSameSecret(tokenOf(kind, headers), secret.reveal());
  const shown = names.flatMap((name) => headers.get(name) ?? [])[0] ?? "";
  return isSameSecret(shown.replace(/^sha256=/, ""), hmacOf(secret, bytes));
}

/** A token that the sender shows as it was told: GitLab's own header, else `Authorization`. */
function tokenOf(kind: WebhookSender["kind"], headers: Headers): string {
  if (kind === "gitlab") return headers.get("x-gitlab-token") ?? "";
  return (headers.get("authorization") ?? "").replace(/^Bearer /i, "");
}
