// A tag list brought up to date by asking only for what stands behind its end (registries 2.6).
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import type { KnownTags, TagList } from "../../core/ports/registry.ts";
import type { RegistryState } from "./registry_state.ts";
import { formatCursor, isInForce, type TagCursor } from "./tag_cursor.ts";
import { walkFrom } from "./whole_list.ts";

/**
 * Joins what is new to what is known. Null when the answer is not what goes on behind the cursor: it lacks the last
 * known name or brings back others in force. The whole list has to be read then.
 */
export async function listByCursor(
  state: RegistryState,
  endpoint: Endpoint,
  known: KnownTags,
  cursor: TagCursor,
  signal: AbortSignal | undefined,
): Promise<Result<TagList | null>> {
  const { anchor, tail } = cursor;
  const [oldest] = known.tags;
  // A server that ignores `last` begins at the beginning, and all of its pages need not be read to see that.
  const strays = (names: readonly unknown[]) => names.length === 0 || names[0] === oldest || names.includes(anchor);
  const walk = await walkFrom(state, endpoint, { name: anchor, strays }, signal);
  if (walk.state === "failed") return walk.refused;
  if (walk.state !== "done") return success(null);
  const { tags, dropped, facts } = walk.walked;
  const before = new Set(known.tags);
  const fresh = tags.filter((tag) => !before.has(tag));
  const again = tags.length - fresh.length;
  if (!before.has(tail) || !tags.includes(tail) || tags.includes(anchor) || isInForce(again - 1, before.size)) {
    return success(null);
  }
  state.hosts.learn(endpoint.host, { tagCursor: "works" });
  const [nextAnchor = anchor, nextTail = tail] = tags.length < 2 ? [] : tags.slice(-2);
  return success({
    tags: fresh.length === 0 ? known.tags : [...known.tags, ...fresh],
    dropped,
    full: false,
    cursor: formatCursor({ anchor: nextAnchor, tail: nextTail }),
    facts,
  });
}
