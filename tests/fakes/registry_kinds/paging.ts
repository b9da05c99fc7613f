// Pages of the scripted registries, as the distribution specification has them; each kind says which part it keeps to.
import type { TagQuestion } from "./kind.ts";

/** One page, and whether there is more behind it. */
export interface Page {
  readonly tags: readonly string[];
  readonly more: boolean;
  readonly size: number;
}

/** In the order of `sort.Strings`: by code points, upper case first. */
export function lexically(tags: readonly string[]): readonly string[] {
  return [...tags].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What follows `last`; an unknown `last` is a place in the order where `tags` are sorted, else the beginning. */
export function pageOf(
  question: TagQuestion,
  tags: readonly string[],
  limits: { readonly usual: number; readonly most: number; readonly sorted: boolean },
): Page {
  const { last, n } = question;
  const size = Math.min(n ?? limits.usual, limits.most);
  const at = last === null ? -1 : tags.indexOf(last);
  const behind = last !== null && at < 0 && limits.sorted ? tags.findIndex((tag) => tag > last) : -1;
  const beyond = last !== null && at < 0 && limits.sorted && behind < 0;
  const start = beyond ? tags.length : at >= 0 ? at + 1 : Math.max(behind, 0);
  const part = tags.slice(start, start + size);
  return { tags: part, more: start + part.length < tags.length, size };
}

/** The list document, with a Link where one is given. */
export function tagDocument(
  question: TagQuestion,
  page: Page,
  link: string | null = relativeLink(question, page),
): Response {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (link !== null) headers["Link"] = link;
  return new Response(JSON.stringify({ name: question.path, tags: page.tags }), { headers });
}

/** `</v2/.../tags/list?last=..&n=..>; rel="next"`, or null on the last page. */
export function relativeLink(question: TagQuestion, page: Page): string | null {
  const last = page.tags.at(-1);
  if (!page.more || last === undefined) return null;
  return `<${question.url.pathname}?last=${encodeURIComponent(last)}&n=${page.size}>; rel="next"`;
}
