// All tags of a repository, page by page: the whole list or a failure (registries 2).
import { z } from "zod";
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository, isTag } from "../../core/model/reference.ts";
import type { TagList } from "../../core/ports/registry.ts";
import { ask } from "./ask.ts";
import { parseJson } from "./json_body.ts";
import { longestLink, nextPage } from "./link.ts";
import type { Answer } from "./order.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";

const maxPageBytes = 8 * 1024 * 1024;
const maxTotalBytes = 32 * 1024 * 1024;
const maxNames = 500_000;
const maxPages = 1000;
const maxMilliseconds = 5 * 60_000;
const pageTimeout = 60_000;
const usualPage = 1000;
const safePage = 100;

// `tags` may be null for an empty repository, but an answer without it is no list.
const listAnswer = z.object({ tags: z.array(z.unknown()).nullable() });

interface Progress {
  readonly names: Set<unknown>;
  readonly visited: Set<string>;
  bytes: number;
  /** Milliseconds that answers took. */
  took: number;
  linked: boolean;
}

/** A page that did not come: what to do next is decided by the status it failed with. */
type Walk = { readonly state: "done"; readonly list: TagList } | {
  readonly state: "smaller-pages" | "again";
  readonly refused: Result<never>;
} | { readonly state: "failed"; readonly refused: Result<never> };

/**
 * Lists a repository. A page size that is refused is lowered once and remembered; a list that changes while it is
 * read is begun anew once (zot answers 404 when the tag a page begins after is gone).
 */
export async function listTags(
  state: RegistryState,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Result<TagList>> {
  let restarts = 0;
  while (true) {
    const size = pageSize(state, endpoint);
    const walk = await walkPages(state, endpoint, size, signal);
    if (walk.state === "done") return success(walk.list);
    if (walk.state === "failed" || restarts === 2) return walk.refused;
    if (walk.state === "smaller-pages") state.hosts.learn(endpoint.host, { pageCap: safePage });
    else if (restarts > 0) return walk.refused;
    restarts++;
  }
}

// Quay answers 413 above 100 (registries 2.3).
function pageSize(state: RegistryState, endpoint: Endpoint): number {
  const usual = endpoint.host === "quay.io" ? safePage : usualPage;
  return Math.min(usual, state.hosts.profile(endpoint.host).pageCap ?? usual);
}

async function walkPages(
  state: RegistryState,
  endpoint: Endpoint,
  size: number,
  signal: AbortSignal | undefined,
): Promise<Walk> {
  const progress: Progress = { names: new Set(), visited: new Set(), bytes: 0, took: 0, linked: false };
  let url: URL | null = new URL(`/v2/${endpoint.path}/tags/list?n=${size}`, endpoint.origin);
  while (url !== null) {
    progress.visited.add(url.href);
    const answered = await ask(state, endpoint, {
      method: "GET",
      url,
      headers: { Accept: "application/json" },
      limit: maxPageBytes,
      bodyTimeout: pageTimeout,
      json: true,
      purpose: "list",
      signal,
    });
    if (!answered.ok) return { state: "failed", refused: answered };
    const answer: Answer = answered.value;
    if (answer.status !== 200) return judgeRefusal(state, endpoint, answer, size, progress);
    const page = readPage(endpoint, answer);
    if (!page.ok) return { state: "failed", refused: page };
    const before = progress.names.size;
    for (const name of page.value) progress.names.add(name);
    progress.bytes += answer.body.length;
    progress.took += answer.took;
    const exceeded = findExceeded(progress);
    if (exceeded !== null) return { state: "failed", refused: tooLarge(endpoint, exceeded) };
    const grew = progress.names.size > before;
    const next: URL | null = grew ? findNextPage(answer, url, page.value, size, progress) : null;
    progress.linked ||= answer.headers.has("Link");
    url = next !== null && !progress.visited.has(next.href) ? next : null;
  }
  const tags = [...progress.names].filter((name) => typeof name === "string").filter(isTag);
  const dropped = progress.names.size - tags.length;
  const list: TagList = { tags, dropped, full: true, cursor: null, facts: new Map() };
  return { state: "done", list };
}

function readPage(endpoint: Endpoint, answer: Answer): Result<readonly unknown[]> {
  const parsed = listAnswer.safeParse(parseJson(answer.body));
  const unreadable = (answer.headers.get("Link")?.length ?? 0) > longestLink;
  if (parsed.success && !unreadable) return success(parsed.data.tags ?? []);
  const what = unreadable ? "a Link header that is longer than any" : "no tag list";
  const message = `${endpoint.display.host} answers with ${what} for ${formatRepository(endpoint.display)}`;
  return registryFailure("registry.protocol", endpoint.display, message, {
    retry: "later",
    cure: "check that this host is a registry and that no proxy answers in its place",
  });
}

// Old servers cut a list at n without a Link; a page of exactly n names may be such a cut (registries 2.1).
// Not so where an earlier page had one.
function findNextPage(
  answer: Answer,
  asked: URL,
  page: readonly unknown[],
  size: number,
  progress: Progress,
): URL | null {
  const linked = nextPage(answer.headers.get("Link"), answer.url);
  if (linked !== null || progress.linked) return linked;
  const last = page.at(-1);
  if (page.length !== size || typeof last !== "string" || answer.headers.has("Link")) return null;
  const next = new URL(asked);
  next.searchParams.set("last", last);
  return next;
}

function judgeRefusal(
  state: RegistryState,
  endpoint: Endpoint,
  answer: Answer,
  size: number,
  progress: Progress,
): Walk {
  const refused = refusal(answer, endpoint.display, "the tags", state.parts.clock.now());
  if ([400, 405, 413].includes(answer.status) && size > safePage) return { state: "smaller-pages", refused };
  if (answer.status !== 404 || progress.visited.size === 1) return { state: "failed", refused };
  const message = `the tags of ${formatRepository(endpoint.display)} changed while they were read`;
  return {
    state: "again",
    refused: registryFailure("registry.protocol", endpoint.display, message, { retry: "later" }),
  };
}

function findExceeded(progress: Progress): string | null {
  if (progress.names.size > maxNames) return `more than ${maxNames} tags`;
  if (progress.bytes > maxTotalBytes) return "more than 32 MiB of tags";
  if (progress.visited.size >= maxPages) return `more than ${maxPages} pages of tags`;
  return progress.took > maxMilliseconds ? "tags for more than five minutes" : null;
}

function tooLarge(endpoint: Endpoint, what: string): Result<never> {
  const message = `${endpoint.display.host} lists ${what} for ${formatRepository(endpoint.display)}`;
  return registryFailure("registry.too_large", endpoint.display, message, {
    cure: "a part of a list concludes nothing; exclude the image or follow one tag by digest",
  });
}
