// The daemon's HTTP side as one function from request to answer: look as you like, act with the token, push by webhook.
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { StoreFailure } from "../../core/ports/store.ts";
import { isMatch, type Tagged, taggedDocument, taggedText } from "./entity_tag.ts";
import { isAlive, whyNotReady } from "./health.ts";
import { isOwnHost } from "./host_check.ts";
import type { HttpParts } from "./http_parts.ts";
import { mayAct } from "./may_act.ts";
import { pageIcon, pageStyle } from "./page_style.ts";
import { mostRuns, remembered, rememberedHistory } from "./shown_again.ts";
import { StatusPage, type StatusView } from "./status_page.tsx";
import { strictHeaders } from "./strict_headers.ts";
import { createWebhooks } from "./webhooks.ts";

/** Runs that the page looks at: an apply pass every few minutes finds nothing to do, and is folded. */
const runsLookedAt = 200;

/** Builds the app. It keeps no connection and may be called without a socket. */
export function createApp(parts: HttpParts): Hono {
  const { clock, state, documents, log } = parts;
  const webhooks = createWebhooks(parts);
  const status = remembered(clock, async () => {
    const document = await documents.status();
    return { document, ...taggedDocument(document) };
  });
  const history = rememberedHistory(clock, (limit) => documents.history(limit));
  const metrics = remembered(clock, () => Promise.resolve(documents.metrics()));
  const page = remembered(clock, async () => {
    const notReady = whyNotReady(state, clock.monotonic());
    const { document } = await status();
    const view = { status: document, history: await history(runsLookedAt), notReady, timeZone: documents.timeZone() };
    return taggedText(String(await html`<!DOCTYPE html>${StatusPage(view as unknown as StatusView)}`));
  });
  const [style, icon] = [taggedText(pageStyle), taggedText(pageIcon)];
  const app = new Hono();

  app.use("*", async (c, next) => {
    if (isOwnHost(c.req.header("host") ?? null, parts.settings().names)) await next();
    else c.res = isWebhook(c) ? c.text("not found\n", 404) : c.text("unknown host: list it in server.names\n", 403);
    for (const [name, value] of Object.entries(strictHeaders)) c.res.headers.set(name, value);
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });
  app.all("/webhooks/:kind/:secret{.+}?", (c) => webhooks(c.req.param("kind"), c.req.param("secret") ?? "", c.req.raw));

  app.get("/healthz", (c) => isAlive(state, clock.monotonic()) ? c.text("ok\n") : c.text("stuck\n", 503));
  app.get("/readyz", (c) => {
    const why = whyNotReady(state, clock.monotonic());
    return why.length === 0 ? c.text("ok\n") : c.text(why.map((line) => `${line}\n`).join(""), 503);
  });
  app.get("/metrics", async (c) => {
    c.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return c.body(await metrics());
  });
  app.get("/api/v1/status", async (c) => answerText(c, "application/json", await status()));
  app.get("/api/v1/history", async (c) => {
    const limit = limitOf(c.req.query("limit"));
    if (limit === null) return c.text(`limit must be a number from 1 to ${mostRuns}\n`, 400);
    return answerText(c, "application/json", taggedText(JSON.stringify(await history(limit))));
  });
  app.post("/api/v1/passes/:kind", (c) => {
    if (!mayAct(c.req.raw.headers, parts.settings())) return c.text("the admin token is needed\n", 403);
    const kind = c.req.param("kind");
    if ((kind !== "update" && kind !== "apply") || state.passes[kind] === null) return c.text("no such pass\n", 404);
    parts.requests.passes.set(kind, "request");
    parts.bell.ring();
    return c.json({ asked: kind }, 202);
  });
  app.get("/style.css", (c) => answerText(c, "text/css; charset=utf-8", style));
  app.get("/icon.svg", (c) => answerText(c, "image/svg+xml", icon));
  app.get("/", async (c) => answerText(c, "text/html; charset=utf-8", await page()));
  for (const path of ["/", "/healthz", "/readyz", "/metrics", "/api/v1/status", "/api/v1/history", "/style.css"]) {
    app.all(path, (c) => otherMethod(c, "GET, HEAD"));
  }
  app.all("/api/v1/passes/:kind", (c) => otherMethod(c, "POST"));
  app.notFound((c) => c.text("not found\n", 404));
  app.onError((error, c) => {
    log.event("error", "http.failed", { path: c.req.routePath, error: `${error.name}: ${error.message}` });
    return error instanceof StoreFailure ? c.text("the state cannot be read\n", 503) : c.text("a bug in magos\n", 500);
  });
  return app;
}

/** What may be done with a page (RFC 9110, 9.3.7 and 15.5.6). No page of another site is let in by it. */
function otherMethod(c: Context, allow: string): Response {
  c.header("allow", allow);
  return c.req.method === "OPTIONS" ? c.body(null, 204) : c.text(`only ${allow}\n`, 405);
}

function isWebhook(c: Context): boolean {
  return c.req.path.startsWith("/webhooks/");
}

/** The text, or that it is the same as before. */
function answerText(c: Context, type: string, { text, tag }: Tagged): Response {
  c.header("etag", tag);
  c.header("cache-control", "no-cache");
  if (isMatch(c.req.header("if-none-match"), tag)) return c.body(null, 304);
  c.header("content-type", type);
  return c.body(text);
}

function limitOf(text: string | undefined): number | null {
  if (text === undefined) return 20;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= mostRuns ? limit : null;
}
