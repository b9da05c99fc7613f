// From page to page of a registry's tag list, within the limits of registries 2.6 and 9.4; the whole of it or a failure.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import { formatRepository, isTag } from "../../core/model/reference.ts";
import type { TagFact } from "../../core/ports/registry.ts";
import { ask } from "./ask.ts";
import { nextPage } from "./link.ts";
import type { Answer } from "./order.ts";
import { refusal, registryFailure } from "./registry_failure.ts";
import type { RegistryState } from "./registry_state.ts";
import { readTagPage, type TagPage } from "./tag_page.ts";

const maxPageBytes = 8 * 1024 * 1024;
const maxTotalBytes = 32 * 1024 * 1024;
const maxNames = 500_000;
const maxPages = 1000;
const maxMilliseconds = 5 * 60_000;
const pageTimeout = 60_000;

/** The page size that every registry bears; a refusal of it is no matter of size. */
export const safePage = 100;

/** All pages together. */
export interface WalkedTags {
  /** In the registry's order, each once. */
  readonly tags: readonly string[];
  readonly dropped: number;
  readonly facts: ReadonlyMap<string, TagFact>;
  readonly pages: number;
}

/** How a walk ended. `strayed`: the first page is not what stands behind `after`, or the registry refuses to say. */
export type Walk =
  | { readonly state: "done"; readonly walked: WalkedTags }
  | { readonly state: "strayed" }
  | { readonly state: "smaller-pages" | "again" | "failed"; readonly refused: Result<never> };

/** Where a walk begins. */
export interface WalkStart {
  readonly size: number;
  /** After which name, and whether a first page cannot be what stands there; null: at the beginning. */
  readonly after: { readonly name: string; readonly strays: (names: readonly unknown[]) => boolean } | null;
}

interface Progress {
  readonly tags: Set<string>;
  readonly foreign: Set<unknown>;
  readonly facts: Map<string, TagFact>;
  readonly visited: Set<string>;
  bytes: number;
  /** Milliseconds that answers took. */
  took: number;
  linked: boolean;
}

/** Reads pages until there are no more. */
export async function walkPages(
  state: RegistryState,
  endpoint: Endpoint,
  start: WalkStart,
  signal: AbortSignal | undefined,
): Promise<Walk> {
  const { size, after } = start;
  const progress: Progress = {
    tags: new Set(),
    foreign: new Set(),
    facts: new Map(),
    visited: new Set(),
    bytes: 0,
    took: 0,
    linked: false,
  };
  let url: URL | null = new URL(`/v2/${endpoint.path}/tags/list?n=${size}`, endpoint.origin);
  if (after !== null) url.searchParams.set("last", after.name);
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
    if (answer.status !== 200) return judgeRefusal(state, endpoint, answer, start, progress);
    const page = readPage(endpoint, answer);
    if (!page.ok) return { state: "failed", refused: page };
    if (progress.visited.size === 1 && after?.strays(page.value.names) === true) return { state: "strayed" };
    const grew = takePage(progress, page.value);
    progress.bytes += answer.body.length;
    progress.took += answer.took;
    const exceeded = findExceeded(progress);
    if (exceeded !== null) return { state: "failed", refused: tooLarge(endpoint, exceeded) };
    const next: URL | null = grew ? findNextPage(answer, url, page.value.names, size, progress) : null;
    progress.linked ||= answer.headers.has("Link");
    url = next !== null && !progress.visited.has(next.href) ? next : null;
  }
  return { state: "done", walked: finish(progress) };
}

function readPage(endpoint: Endpoint, answer: Answer): Result<TagPage> {
  const page = readTagPage(answer.body);
  if (page !== null) return success(page);
  const message = `${endpoint.display.host} answers with no tag list for ${formatRepository(endpoint.display)}`;
  return registryFailure("registry.protocol", endpoint.display, message, {
    retry: "later",
    cure: "check that this host is a registry and that no proxy answers in its place",
  });
}

/** Takes over what is new, and says whether anything was. */
function takePage(progress: Progress, page: TagPage): boolean {
  const { tags, foreign } = progress;
  const before = tags.size + foreign.size;
  for (const name of page.names) {
    if (typeof name === "string" && isTag(name)) tags.add(name);
    else foreign.add(name);
  }
  for (const [tag, fact] of page.facts) if (tags.has(tag)) progress.facts.set(tag, fact);
  return tags.size + foreign.size > before;
}

function finish(progress: Progress): WalkedTags {
  const { tags, foreign, facts, visited } = progress;
  return { tags: [...tags], dropped: foreign.size, facts, pages: visited.size };
}

// Old servers cut a list at n without a Link; a page of exactly n names may be such a cut (registries 2.1). Not so where
// an earlier page had one.
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
  start: WalkStart,
  progress: Progress,
): Walk {
  const first = progress.visited.size === 1;
  if (first && start.after !== null && [400, 404].includes(answer.status)) return { state: "strayed" };
  const refused = refusal(answer, endpoint.display, "the tags", state.parts.clock.now());
  if ([400, 405, 413].includes(answer.status) && start.size > safePage) return { state: "smaller-pages", refused };
  if (answer.status !== 404 || first) return { state: "failed", refused };
  const message = `the tags of ${formatRepository(endpoint.display)} changed while they were read`;
  return {
    state: "again",
    refused: registryFailure("registry.protocol", endpoint.display, message, { retry: "later" }),
  };
}

function findExceeded(progress: Progress): string | null {
  if (progress.tags.size + progress.foreign.size > maxNames) return `more than ${maxNames} tags`;
  if (progress.bytes > maxTotalBytes) return "more than 32 MiB of tags";
  if (progress.visited.size >= maxPages) return `more than ${maxPages} pages of tags`;
  return progress.took > maxMilliseconds ? "tags for more than five minutes" : null;
}

function tooLarge(endpoint: Endpoint, what: string): Result<never> {
  const message = `${endpoint.display.host} lists ${what} for ${formatRepository(endpoint.display)}`;
  return registryFailure("registry.too_large", endpoint.display, message);
}
