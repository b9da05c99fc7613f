// All tags of a repository by the cheapest way that is safe: what is new since the last whole list, or the whole list.
//
// Signatures and the like (`sha256-<64 hex>.sig`) are tags and stay in: the policies leave them out, each by its own
// rules and with a reason that `explain` shows, and a Flux policy with exclusions of its own has to meet them.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import type { KnownTags, TagList } from "../../core/ports/registry.ts";
import { listByCursor } from "./list_by_cursor.ts";
import type { RegistryState } from "./registry_state.ts";
import { findSideApi } from "./side_api/ask_side_api.ts";
import { listBySideApi, markOfList } from "./side_api/list_by_side_api.ts";
import type { SideApi } from "./side_api/side_api.ts";
import { formatSideMark, parseSideMark } from "./side_api/side_mark.ts";
import { bearsCursor, cursorOf, formatCursor, judgeCursor, parseCursor } from "./tag_cursor.ts";
import { listWhole } from "./whole_list.ts";

/** Names that are gone show only in a whole list, so it is read again each day (registries 2.6). */
const fullEvery = 24 * 3_600_000;

/** Lists a repository. `known` is what the last call gave; a time of it that is ahead of the clock counts as none. */
export async function listTags(
  state: RegistryState,
  endpoint: Endpoint,
  known: KnownTags | null,
  signal: AbortSignal | undefined,
): Promise<Result<TagList>> {
  const now = state.parts.clock.now();
  const api = findSideApi(state, endpoint);
  if (known === null) return await listFromRegistry(state, endpoint, api, null, signal);
  const fresh = isWithinDay(known.listedFullAt, now);
  const largeSince = parseSideMark(known.cursor)?.largeSince ?? null;
  if (api !== null && (fresh || (largeSince !== null && isWithinDay(largeSince, now)))) {
    const joined = await listBySideApi(state, endpoint, api, known, signal);
    if (joined !== null) return success(joined);
  }
  if (api === null && bearsCursor(state, endpoint)) return await listGrowing(state, endpoint, known, fresh, signal);
  return await listFromRegistry(state, endpoint, api, known, signal);
}

function isWithinDay(time: number, now: number): boolean {
  return time <= now && now - time < fullEvery;
}

/** Goes on behind what is known while it is fresh; the whole list judges whether that was right. */
async function listGrowing(
  state: RegistryState,
  endpoint: Endpoint,
  known: KnownTags,
  fresh: boolean,
  signal: AbortSignal | undefined,
): Promise<Result<TagList>> {
  const cursor = parseCursor(known.cursor);
  let strayed = false;
  if (fresh && cursor !== null) {
    const joined = await listByCursor(state, endpoint, known, cursor, signal);
    if (!joined.ok) return joined;
    if (joined.value !== null) return success(joined.value);
    strayed = true;
  }
  const whole = await listFromRegistry(state, endpoint, null, known, signal);
  if (!whole.ok || cursor === null || judgeCursor(cursor, known.tags, whole.value.tags, strayed)) return whole;
  state.hosts.learn(endpoint.host, { tagCursor: "broken" });
  state.parts.log.event("info", "registry.cursor_broken", { host: endpoint.host });
  return success({ ...whole.value, cursor: null });
}

async function listFromRegistry(
  state: RegistryState,
  endpoint: Endpoint,
  api: SideApi | null,
  known: KnownTags | null,
  signal: AbortSignal | undefined,
): Promise<Result<TagList>> {
  const started = state.parts.clock.now();
  const whole = await listWhole(state, endpoint, signal);
  if (whole.ok) {
    const { tags, pages, dropped, facts } = whole.value;
    const cursor = bearsCursor(state, endpoint) ? cursorOf(tags, pages) : null;
    const mark = api === null ? null : formatSideMark({ mark: markOfList(started), largeSince: null });
    return success({ tags, dropped, full: true, cursor: cursor === null ? mark : formatCursor(cursor), facts });
  }
  if (whole.failure.code !== "registry.too_large") return whole;
  const joined = api === null || known === null ? null : await listBySideApi(state, endpoint, api, known, signal);
  if (joined === null) return { ok: false, failure: { ...whole.failure, cure: cureOfLarge(endpoint, api) } };
  const mark = parseSideMark(joined.cursor)?.mark ?? markOfList(started);
  return success({ ...joined, cursor: formatSideMark({ mark, largeSince: started }) });
}

// The first or last names of a list are no list: they are the lexically first or the oldest ones (registries 2.6).
function cureOfLarge(endpoint: Endpoint, api: SideApi | null): string {
  const hasApi = ["docker.io", "quay.io"].includes(endpoint.host);
  const allow = api === null && hasApi ? `allow registries.hosts.${endpoint.host}.sideApi, or ` : "";
  return `a part of a list concludes nothing; ${allow}follow one tag by digest, or exclude the image`;
}
