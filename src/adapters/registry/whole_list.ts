// Every name of a repository by the registry itself, begun again where the registry wants it otherwise.
import type { Endpoint } from "../../core/documents/registry_endpoint.ts";
import { type Result, success } from "../../core/model/problem.ts";
import type { RegistryState } from "./registry_state.ts";
import { safePage, type Walk, type WalkedTags, walkPages, type WalkStart } from "./tag_walk.ts";

const usualPage = 1000;

/**
 * Walks the whole list. A page size that is refused is lowered once and remembered; a list that changes while it is
 * read is begun anew once (zot answers 404 when the tag a page begins after is gone).
 */
export async function listWhole(
  state: RegistryState,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Result<WalkedTags>> {
  for (let restarts = 0;; restarts++) {
    const walk = await walkFrom(state, endpoint, null, signal);
    if (walk.state === "done") return success(walk.walked);
    // Only a walk that begins after a name can stray.
    if (walk.state === "strayed") throw new Error("a walk from the beginning cannot stray");
    if (walk.state === "failed" || restarts === 2) return walk.refused;
    if (walk.state === "smaller-pages") state.hosts.learn(endpoint.host, { pageCap: safePage });
    else if (restarts > 0) return walk.refused;
  }
}

/** Walks once, with pages of the size that the host bears. */
export function walkFrom(
  state: RegistryState,
  endpoint: Endpoint,
  after: WalkStart["after"],
  signal: AbortSignal | undefined,
): Promise<Walk> {
  return walkPages(state, endpoint, { size: pageSize(state, endpoint), after }, signal);
}

// Quay answers 413 above 100 (registries 2.3).
function pageSize(state: RegistryState, endpoint: Endpoint): number {
  const usual = endpoint.host === "quay.io" ? safePage : usualPage;
  return Math.min(usual, state.hosts.profile(endpoint.host).pageCap ?? usual);
}
