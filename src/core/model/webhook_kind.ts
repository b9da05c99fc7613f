// Who sends push events, by the form in which they do.

/** Each kind has a route of its own below `/webhooks/`. */
export const webhookKinds = [
  "github",
  "forgejo",
  "gitea",
  "gitlab",
  "dockerhub",
  "quay",
  "harbor",
  "distribution",
  "generic",
] as const;

/** One of them. */
export type WebhookKind = (typeof webhookKinds)[number];
