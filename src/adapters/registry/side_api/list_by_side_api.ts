// A tag list brought up to date by the API beside the registry: newest first, until what was listed before begins.
import type { Endpoint } from "../../../core/documents/registry_endpoint.ts";
import type { Time } from "../../../core/model/time.ts";
import type { KnownTags, TagFact, TagList } from "../../../core/ports/registry.ts";
import type { RegistryState } from "../registry_state.ts";
import { askSidePage } from "./ask_side_api.ts";
import type { SideApi, SideTag } from "./side_api.ts";
import { formatSideMark, parseSideMark } from "./side_mark.ts";

// More than this many changes since the last call cost less by the registry's own list.
const maxPages = 5;

// The API may show a change a while after the time it gives to it.
const lag = 10 * 60_000;

/** The mark of a whole list that was begun at this time. */
export function markOfList(started: Time): Time {
  return started - lag;
}

/**
 * Joins what changed since the last call to what is known; null where the registry has to be asked. That a page brings no
 * new name is not enough to stop: a rebuild moves hundreds of old tags before a new one. A page that reaches back
 * behind the last call is.
 */
export async function listBySideApi(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi,
  known: KnownTags,
  signal: AbortSignal | undefined,
): Promise<TagList | null> {
  const before = parseSideMark(known.cursor);
  const mark = before?.mark ?? markOfList(known.listedFullAt);
  const changed: SideTag[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const answer = await askSidePage(state, endpoint, api, page, signal);
    if (answer === null) return null;
    changed.push(...answer.tags);
    const reached = (answer.tags.at(-1)?.changedAt ?? -Infinity) < mark;
    if (!reached && answer.more) continue;
    return {
      tags: joinNames(known.tags, changed.map(({ name }) => name)),
      dropped: 0,
      full: false,
      cursor: formatSideMark({ mark: markAfter(changed, mark), largeSince: before?.largeSince ?? null }),
      facts: factsOf(changed),
    };
  }
  return null;
}

// By the server's clock, and never backwards: what was complete then stays complete.
function markAfter(changed: readonly SideTag[], mark: Time): Time {
  const newest = changed[0]?.changedAt;
  return newest === undefined ? mark : Math.max(mark, newest - lag);
}

function factsOf(changed: readonly SideTag[]): ReadonlyMap<string, TagFact> {
  const facts = new Map<string, TagFact>();
  for (const { name, digest, pushedAt } of changed) {
    // A tag that moved while the pages were read stands on two of them; the first is the newer one.
    if (digest !== null && !facts.has(name)) facts.set(name, { digest, pushedAt });
  }
  return facts;
}

/** Both registries list by name; where the known list is in that order it stays so, else what is new comes last. */
function joinNames(known: readonly string[], newestFirst: readonly string[]): readonly string[] {
  const before = new Set(known);
  const fresh = [...new Set(newestFirst)].filter((name) => !before.has(name)).reverse();
  if (fresh.length === 0) return known;
  const joined = [...known, ...fresh];
  return isByName(known) ? joined.sort(byName) : joined;
}

function isByName(tags: readonly string[]): boolean {
  return tags.every((tag, index) => index === 0 || byName(tags[index - 1] ?? "", tag) <= 0);
}

function byName(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
