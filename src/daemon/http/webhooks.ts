// Senders say that something was pushed; a delivery costs one question to a registry at most (contracts 5.2).
import { readWebhook, type WebhookEvent } from "../../core/documents/webhook_payload.ts";
import { type WebhookKind, webhookKinds } from "../../core/model/webhook_kind.ts";
import { isPushedTo, pushedRepositories } from "../../core/plan/pushed_repositories.ts";
import { readBounded, saidLength } from "./bounded_body.ts";
import type { HttpParts } from "./http_parts.ts";
import { isGenuine } from "./is_genuine.ts";
import { createSeenDeliveries } from "./seen_deliveries.ts";

/** Answers one delivery. `path` is what stands behind the kind. */
export type WebhookHandler = (kind: string, path: string, request: Request) => Promise<Response>;

/** Large bodies read at a time. Small ones are bounded by the connections: a flood of them must not keep others out. */
const mostReading = 10;
const smallBody = 64 * 1024;
const longestPath = 1000;
/** Quay goes on giving the list that it had for two minutes (registries 7). */
const quayCache = 150_000;

/** Whatever is wrong is not found: a stranger learns neither which senders are known nor why he is none. */
export function createWebhooks(parts: HttpParts): WebhookHandler {
  const seen = createSeenDeliveries(parts.clock);
  let reading = 0;
  return async (kind, path, request) => {
    const senders = parts.settings().senders.filter((sender) => sender.kind === kind);
    if (!isKind(kind) || senders.length === 0 || request.method !== "POST" || path.length > longestPath) {
      return notFound();
    }
    const weight = isSmall(request.headers) ? 0 : 1;
    if (weight > 0 && reading >= mostReading) return busy();
    reading += weight;
    const bytes = await readBounded(request, parts.clock).finally(() => reading -= weight);
    if (bytes === null || !senders.some((sender) => isGenuine(sender, request.headers, path, bytes))) return notFound();
    const event = readWebhook(kind, eventName(request.headers), jsonOf(request.headers, bytes));
    if (event === null) return notFound();
    // Two pushes of one tag are told by Quay in the same bytes, and who knows its path could vary them.
    if (kind !== "quay" && seen.seenBefore(kind, bytes)) return taken(0, true);
    let asked: number | null = null;
    try {
      asked = ask(parts, kind, event);
    } finally {
      // What was not taken may come again, also where the state could not be read.
      if (asked === null) seen.forget(kind, bytes);
    }
    return asked === null ? busy() : taken(asked, false);
  };
}

/** Puts the event's wishes to the loop: how many repositories will be asked about, or null when too much waits. */
function ask(parts: HttpParts, kind: WebhookKind, event: WebhookEvent): number | null {
  const { documents, wanted, requests, bell, log, state } = parts;
  const repositories = pushedRepositories(event.images, documents.followed());
  const isOurs = isPushedTo(documents.repositoryUrl(), documents.followedBranch(), event.repositories);
  if (!wanted.want(repositories)) return null;
  if (kind === "quay") wanted.wantLater(repositories, quayCache);
  // What was pushed to git is for the apply pass; where nothing is deployed, nobody waits for it.
  if (isOurs && state.passes.apply !== null) requests.passes.set("apply", "webhook");
  log.event("info", "webhook.taken", { kind, repositories, git: isOurs });
  bell.ring();
  return repositories.length;
}

/** By what it says of its length, which the server holds it to. */
function isSmall(headers: Headers): boolean {
  const length = saidLength(headers);
  return length !== null && length <= smallBody;
}

function isKind(kind: string): kind is WebhookKind {
  return webhookKinds.some((known) => known === kind);
}

/** Forges say in a header what happened. */
function eventName(headers: Headers): string | null {
  for (const name of ["x-github-event", "x-forgejo-event", "x-gitea-event"]) {
    const event = headers.get(name);
    if (event !== null) return event;
  }
  return null;
}

/** Forges send JSON as it is or, unless told otherwise, as the field `payload` of a form; what is signed is the whole. */
function jsonOf(headers: Headers, bytes: Uint8Array): unknown {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers.get("content-type") ?? "");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Curl calls everything a form.
    const payload = isForm ? new URLSearchParams(text).get("payload") : null;
    return JSON.parse(payload ?? text);
  } catch {
    return null;
  }
}

function notFound(): Response {
  return new Response("not found\n", { status: 404 });
}

function busy(): Response {
  return new Response("too much is waiting\n", { status: 503, headers: { "retry-after": "30" } });
}

function taken(repositories: number, repeated: boolean): Response {
  return Response.json({ repositories, repeated }, { status: 202 });
}
